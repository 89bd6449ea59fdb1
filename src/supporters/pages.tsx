import { SignUpForm } from '../campaigns/pages/sign-up-form.tsx'
import type { Settings } from '../env.ts'
import { translator } from '../kit/page-texts.ts'
import { paths } from '../paths.ts'
import { type FormError, type FormValues, formTitle } from '../web/form-fields.tsx'
import { Layout } from '../web/layout.tsx'
import { MessagePage, type PageProps } from '../web/message-pages.tsx'
import { turnstileScript } from '../web/turnstile-widget.tsx'

// Pages of sign-up and unsubscribe. Pages behind a mailed link only show a button: a GET must never act.

/** Paths of the same page in every language of the site. */
const inEach = (settings: Settings, pathIn: (locale: string) => string) =>
  Object.fromEntries(settings.locales.map((l) => [l, pathIn(l)]))

type SignUpPageProps = PageProps & { stamp: string; values: FormValues; errors: readonly FormError[]; sent: boolean }

export function SignUpPage({ locale, settings, stamp, values, errors, sent }: SignUpPageProps) {
  const t = translator(locale)
  if (sent) return <SentPage locale={locale} settings={settings} />
  const { campaign } = values
  const title = t('sign-up.title')
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={formTitle(locale, title, errors)}
      description={t('sign-up.lead')}
      alternates={inEach(settings, paths.signUp)}
      card={{ type: 'website' }}
      head={turnstileScript(settings)}
    >
      <div class="narrow flow">
        <h1>{title}</h1>
        <p class="lead">{t('sign-up.lead')}</p>
        <div class="card">
          <SignUpForm
            locale={locale}
            settings={settings}
            stamp={stamp}
            campaign={typeof campaign === 'string' ? campaign : undefined}
            values={values}
            errors={errors}
            whole
          />
        </div>
      </div>
    </Layout>
  )
}

/** Page after a sign-up. The same for every address, so that it does not reveal who is on the list. */
function SentPage({ locale, settings }: PageProps) {
  const t = translator(locale)
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={t('sent.title')}
      robots="noindex"
      alternates={inEach(settings, paths.signedUp)}
    >
      <div class="narrow flow">
        <h1>{t('sent.title')}</h1>
        <p class="lead">{t('sent.lead')}</p>
        <p>{t('sent.life')}</p>
        <p>{t('sent.missing')}</p>
        <p>
          <a class="target-size" href={paths.signUp(locale)}>
            {t('sent.again')}
          </a>
        </p>
      </div>
    </Layout>
  )
}

export function ConfirmPage({
  token,
  campaignTitle,
  isBack,
  ...page
}: PageProps & { token: string; campaignTitle?: string | undefined; isBack: boolean }) {
  const t = translator(page.locale)
  const text = isBack ? 'confirm.back' : 'confirm'
  return (
    <MessagePage title={t(`${text}.title`)} lead={t(`${text}.lead`, { sender: page.settings.senderName })} {...page}>
      {campaignTitle && <p>{t('confirm.campaign', { title: campaignTitle })}</p>}
      <form method="post" action={paths.confirm(token)}>
        <button type="submit">{t('confirm.button')}</button>
      </form>
      {!isBack && <p class="soft">{t('confirm.not-you')}</p>}
    </MessagePage>
  )
}

/** Page after a confirmation. `campaign` is the slug of the campaign of the sign-up form. */
export function ConfirmedPage({ campaign, ...page }: PageProps & { campaign?: string | undefined }) {
  const t = translator(page.locale)
  const home = paths.home(page.locale)
  return (
    <MessagePage title={t('confirmed.title')} lead={t('confirmed.lead')} {...page}>
      <p>{t('confirmed.welcome')}</p>
      <p>
        <a class="button" href={campaign === undefined ? home : paths.campaign(page.locale, campaign)}>
          {t(campaign === undefined ? 'confirmed.home' : 'confirmed.campaign')}
        </a>
      </p>
    </MessagePage>
  )
}

/** Page with the unsubscribe button. Its hidden field distinguishes it from one-click requests, which get no goodbye mail. */
export function UnsubscribePage({ token, ...page }: PageProps & { token: string }) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t('leave.title')} lead={t('leave.lead', { sender: page.settings.senderName })} {...page}>
      <form method="post" action={paths.unsubscribe(token)}>
        <input type="hidden" name="via" value="page" />
        <button type="submit">{t('leave.button')}</button>
      </form>
      <p>
        <a class="target-size" href={paths.myData(page.locale)}>
          {t('leave.instead')}
        </a>
      </p>
    </MessagePage>
  )
}

export function UnsubscribedPage(page: PageProps) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t('left.title')} lead={t('left.lead')} {...page}>
      <p>{t('left.kept')}</p>
      <p>
        <a class="target-size" href={paths.signUp(page.locale)}>
          {t('left.back')}
        </a>
      </p>
    </MessagePage>
  )
}
