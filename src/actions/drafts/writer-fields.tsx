import { translator } from '../../kit/page-texts.ts'
import { CountryField, type FormError, type FormValues, firstValue, TextField } from '../../web/form-fields.tsx'

type WriterProps = { locale: string; errors: readonly FormError[]; values: FormValues }

/** The fields about a writer, the same for letters and messages: name, place, address, country. */
export function WriterFields({ values, ...shared }: WriterProps) {
  const t = translator(shared.locale)
  return (
    <>
      <TextField
        {...shared}
        name="name"
        label={t('writing.name')}
        value={firstValue(values, 'name')}
        required
        autocomplete="name"
      />
      <TextField
        {...shared}
        name="place"
        label={t('writing.place')}
        hint={t('writing.place-hint')}
        value={firstValue(values, 'place')}
      />
      <MailboxField {...shared} label={t('form.email')} value={firstValue(values, 'email')} />
      <CountryField {...shared} value={firstValue(values, 'country')} />
    </>
  )
}

type MailboxProps = Omit<WriterProps, 'values'> & { label: string; value: string }

/** The field for the address that the confirmation link is sent to. */
export const MailboxField = (props: MailboxProps) => (
  <TextField
    {...props}
    name="email"
    type="email"
    hint={translator(props.locale)('voicing.email-hint')}
    required
    autocomplete="email"
  />
)
