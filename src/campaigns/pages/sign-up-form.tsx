import type { Settings } from '../../env.ts'
import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { ConsentSentence } from '../../web/consent.tsx'
import {
  allValues,
  CheckBoxes,
  CountryField,
  ErrorSummary,
  type FormError,
  type FormValues,
  firstValue,
  LanguageBoxes,
  TextField,
} from '../../web/form-fields.tsx'
import { Honeypot } from '../../web/honeypot.tsx'
import { TurnstileWidget } from '../../web/turnstile-widget.tsx'
import { TOPICS } from '../definition.ts'

type SignUpFormProps = {
  locale: string
  settings: Settings
  /** Signed creation time of the form. */
  stamp: string
  campaign?: string | undefined
  /** Path that receives the form; the general sign-up page by default. */
  action?: string
  values?: FormValues | undefined
  errors?: readonly FormError[] | undefined
  /** Whether to show topics and country as well. */
  whole?: boolean
}

/** Element ids of the fields, for links from the error summary. */
const FIELDS = ['email', 'name', 'locales', 'topics', 'country']

/** The sign-up form, used on the front page, on campaign pages and on its own page. */
export function SignUpForm({
  locale,
  settings,
  stamp,
  campaign,
  action = paths.signUp(locale),
  values = {},
  errors = [],
  whole = false,
}: SignUpFormProps) {
  const t = translator(locale)
  const shared = { locale, errors }
  const chosen = 'locales' in values ? allValues(values, 'locales') : [locale]
  const fields = whole ? FIELDS : FIELDS.slice(0, 3)
  return (
    <form method="post" action={action} novalidate>
      <ErrorSummary {...shared} fields={fields} />
      <TextField
        {...shared}
        name="email"
        type="email"
        label={t('form.email')}
        hint={t('form.email-hint')}
        value={firstValue(values, 'email')}
        required
        autocomplete="email"
      />
      <TextField
        {...shared}
        name="name"
        label={t('form.name')}
        hint={t('form.name-hint')}
        value={firstValue(values, 'name')}
        autocomplete="name"
      />
      <LanguageBoxes {...shared} locales={settings.locales} chosen={chosen} />
      {whole && <TopicBoxes {...shared} chosen={allValues(values, 'topics')} />}
      {whole && <CountryField {...shared} value={firstValue(values, 'country')} />}
      {campaign && <input type="hidden" name="campaign" value={campaign} />}
      <input type="hidden" name="stamp" value={stamp} />
      <Honeypot locale={locale} />
      <TurnstileWidget locale={locale} settings={settings} />
      <ConsentSentence locale={locale} sender={settings.senderName} />
      <button type="submit">{t('form.submit')}</button>
    </form>
  )
}

export function TopicBoxes({
  chosen,
  ...rest
}: {
  locale: string
  errors: readonly FormError[]
  chosen: readonly string[]
}) {
  const t = translator(rest.locale)
  return (
    <CheckBoxes
      {...rest}
      name="topics"
      legend={t('form.topics')}
      hint={t('form.topics-hint')}
      chosen={chosen}
      wide
      options={TOPICS.map((topic) => ({ value: topic, label: t(`topic.${topic}`) }))}
    />
  )
}
