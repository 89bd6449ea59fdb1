import { translator } from '../kit/page-texts.ts'
import { type FormFields, fieldText } from './fields.ts'

/** Name of the honeypot field. People do not see the field and leave it empty; robots fill in every field. */
export const HONEYPOT_FIELD = 'website'

/** Whether the honeypot is filled in, so a robot sent the form. */
export const isCaught = (fields: FormFields): boolean => Boolean(fieldText(fields, HONEYPOT_FIELD))

/** The honeypot: hidden from view, from screen readers and from the keyboard. */
export const Honeypot = ({ locale }: { locale: string }) => (
  <div class="hidden" aria-hidden="true">
    <label>
      {translator(locale)('form.trap')} <input type="text" name={HONEYPOT_FIELD} tabindex={-1} autocomplete="off" />
    </label>
  </div>
)
