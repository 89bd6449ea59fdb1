import { translator } from '../kit/page-texts.ts'
import { type FormFields, fieldText } from './fields.ts'

/** People do not see this field and leave it empty; programs that fill in every field do not. */
export const HONEYPOT_FIELD = 'website'

/** Whether a form was filled in by a program. */
export const isCaught = (fields: FormFields): boolean => Boolean(fieldText(fields, HONEYPOT_FIELD))

/** A field that people do not meet by eye, ear or keyboard. */
export const Honeypot = ({ locale }: { locale: string }) => (
  <div class="hidden" aria-hidden="true">
    <label>
      {translator(locale)('form.trap')} <input type="text" name={HONEYPOT_FIELD} tabindex={-1} autocomplete="off" />
    </label>
  </div>
)
