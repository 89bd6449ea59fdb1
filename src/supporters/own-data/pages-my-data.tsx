import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { ErrorSummary, type FormError, type FormValues, formTitle, TextField } from '../../web/form-fields.tsx'
import { Honeypot } from '../../web/honeypot.tsx'
import { Layout } from '../../web/layout.tsx'
import { MessagePage, type PageProps } from '../../web/message-pages.tsx'

type MyDataPageProps = PageProps & { stamp: string; sent: boolean; errors: readonly FormError[]; values?: FormValues }

/** Form that requests links to one's own data. The response is the same for every address. */
export function MyDataPage({ locale, settings, stamp, sent, errors }: MyDataPageProps) {
  const t = translator(locale)
  const title = t(sent ? 'my-data.sent-title' : 'my-data.title')
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={formTitle(locale, title, errors)}
      robots="noindex"
      alternates={Object.fromEntries(settings.locales.map((l) => [l, paths.myData(l)]))}
    >
      <div class="narrow flow">
        <h1>{title}</h1>
        <p class="lead">{t(sent ? 'my-data.sent' : 'my-data.lead')}</p>
        {sent ? (
          <p>{t('my-data.limited')}</p>
        ) : (
          <form method="post" action={paths.myData(locale)} novalidate>
            <ErrorSummary locale={locale} errors={errors} fields={['email']} />
            <TextField
              locale={locale}
              errors={errors}
              name="email"
              type="email"
              label={t('form.email')}
              value=""
              required
              autocomplete="email"
            />
            <input type="hidden" name="stamp" value={stamp} />
            <Honeypot locale={locale} />
            <button type="submit">{t('my-data.button')}</button>
          </form>
        )}
      </div>
    </Layout>
  )
}

type ActPageProps = PageProps & {
  act: 'export' | 'erase'
  token: string
  /** Token of the preferences page. */
  preferencesToken: string
  /** The address of the record, when there is one. */
  email?: string | undefined
}

/** Page with the one button that downloads or erases everything kept about a person. */
export function ActPage({ act, token, preferencesToken, email, ...page }: ActPageProps) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t(`preferences.${act}`)} lead={t(`preferences.${act}-lead`)} {...page}>
      {email !== undefined && (
        <p>
          {t('preferences.email')}: <bdi dir="ltr">{email}</bdi>
        </p>
      )}
      <form method="post" action={act === 'export' ? paths.export(token) : paths.erase(token)}>
        <button type="submit">{t(`preferences.${act}-button`)}</button>
      </form>
      <p>
        <a class="target-size" href={paths.preferences(preferencesToken)}>
          {t('preferences.title')}
        </a>
      </p>
    </MessagePage>
  )
}

export function ErasedPage(page: PageProps) {
  const t = translator(page.locale)
  return <MessagePage title={t('erased.title')} lead={t('erased.lead')} {...page} />
}
