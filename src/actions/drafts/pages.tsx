import type { Child } from 'hono/jsx'
import { type Campaign, textIn, wordsIn } from '../../campaigns/campaign.ts'
import type { WishesByTarget } from '../../campaigns/counters.ts'
import { deliverableTargets } from '../../campaigns/letter-language.ts'
import { RiskNotice } from '../../campaigns/pages/risk-notice.tsx'
import { PaperTargets } from '../../campaigns/pages/writing/paper-targets.tsx'
import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { ErrorSummary, type FormError, type FormValues, formTitle } from '../../web/form-fields.tsx'
import { Honeypot } from '../../web/honeypot.tsx'
import { Layout } from '../../web/layout.tsx'
import { MessagePage, type PageProps } from '../../web/message-pages.tsx'
import { TurnstileWidget, turnstileScript } from '../../web/turnstile-widget.tsx'

/** The prefix of a page's text keys: `letter.title`, `letter-over.title` and so on. `voice` is a submission. */
export type DraftSubject = 'letter' | 'voice'

/** `wishes`: of targets, for pages about letters. */
export type DraftPageProps = PageProps & { campaign: Campaign; wishes?: WishesByTarget | undefined }
export type DraftFormProps = DraftPageProps & { stamp: string; values: FormValues; errors: readonly FormError[] }

type DraftFormPageProps = DraftFormProps & {
  title: string
  /** The path of this page in another language. */
  path(locale: string): string
  action: string
  fields: readonly string[]
  submit: string
  /** The note that is shown when the campaign is a demonstration. */
  invented: string
  /** Content above and below the form. */
  before?: Child
  after?: Child
  children?: Child
}

/** A form page: the campaign's title, the notice of risks, and the form with its errors. */
export function DraftFormPage({
  locale,
  settings,
  campaign,
  stamp,
  errors,
  title,
  before,
  ...form
}: DraftFormPageProps) {
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={formTitle(locale, title, errors)}
      robots="noindex"
      head={turnstileScript(settings)}
      alternates={Object.fromEntries(settings.locales.map((l) => [l, form.path(l)]))}
    >
      <div class="narrow flow">
        <h1>{title}</h1>
        <p class="lead">
          <a href={paths.campaign(locale, campaign.slug)}>{wordsIn(campaign, locale).title}</a>
        </p>
        {campaign.invented && <p class="note">{form.invented}</p>}
        <RiskNotice locale={locale} campaign={campaign} />
        {before}
        <form class="card" method="post" action={form.action} novalidate>
          <ErrorSummary locale={locale} errors={errors} fields={form.fields} />
          {form.children}
          <input type="hidden" name="locale" value={locale} />
          <input type="hidden" name="stamp" value={stamp} />
          <Honeypot locale={locale} />
          <TurnstileWidget locale={locale} settings={settings} />
          <button type="submit">{form.submit}</button>
        </form>
        {form.after}
      </div>
    </Layout>
  )
}

export const BackToCampaign = ({ locale, campaign }: { locale: string; campaign: Campaign }) => (
  <p>
    <a class="button" href={paths.campaign(locale, campaign.slug)}>
      {translator(locale)('confirmed.campaign')}
    </a>
  </p>
)

/** Says that a mail was sent. The page is the same when none was sent, so that it discloses nothing about the address. */
export function DraftSentPage({ of, campaign, ...page }: DraftPageProps & { of: DraftSubject }) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t(`${of}-sent.title`)} lead={t(`${of}-sent.lead`)} {...page}>
      <p>{t('sent.missing')}</p>
      <BackToCampaign locale={page.locale} campaign={campaign} />
    </MessagePage>
  )
}

type ConfirmProps = DraftPageProps & { of: DraftSubject; token: string; children?: Child }

/** The page behind a confirmation link: the draft's content, and the button. Opening a link must never send anything. */
export function ConfirmDraftPage({ of, campaign, token, children, ...page }: ConfirmProps) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t(`${of}.title`)} lead={t(`${of}.lead`)} {...page}>
      <p>
        <strong>{wordsIn(campaign, page.locale).title}</strong>
      </p>
      <form method="post" action={paths.confirm(token)}>
        <button type="submit">{t(`${of}.button`)}</button>
      </form>
      <p class="soft">{t(`${of}.not-you`)}</p>
      {children}
    </MessagePage>
  )
}

/** Says that a draft is confirmed now, was confirmed before (`already`), or waits to be read first (`held`). */
export function DraftDonePage({
  of,
  kind,
  campaign,
  wishes = {},
  ...page
}: DraftPageProps & { of: DraftSubject; kind: 'confirmed' | 'already' | 'held' }) {
  const t = translator(page.locale)
  const targets = deliverableTargets(campaign)
  const wished = kind === 'already' ? [] : targets.filter(({ id }) => wishes[id] !== undefined)
  const goesNowhere = targets.every(({ id }) => wishes[id] === 'left-office')
  const text = kind === 'confirmed' && of === 'letter' && goesNowhere ? 'letter-nowhere' : `${of}-${kind}`
  return (
    <MessagePage title={t(`${text}.title`)} lead={t(`${text}.lead`)} {...page}>
      {wished.map(({ id, name, role }) => (
        <p>
          <strong>{textIn(name ?? role, page.locale)}</strong>
          <br />
          {t(wishes[id] === 'digest' ? 'writing.among' : 'writing.left')}
        </p>
      ))}
      {of === 'letter' && <PaperTargets locale={page.locale} campaign={campaign} />}
      <BackToCampaign locale={page.locale} campaign={campaign} />
    </MessagePage>
  )
}

/** Says why there is no draft: `over` the campaign takes none, `gone` it expired, `full` too many wait. */
export function NoDraftPage({
  of,
  kind,
  campaign,
  ...page
}: PageProps & { of: DraftSubject; kind: 'over' | 'gone' | 'full'; campaign?: string }) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t(`${of}-${kind}.title`)} lead={t(`${of}-${kind}.lead`)} {...page}>
      <p>
        <a
          class="button"
          href={campaign === undefined ? paths.home(page.locale) : paths.campaign(page.locale, campaign)}
        >
          {t(campaign === undefined ? 'confirmed.home' : 'confirmed.campaign')}
        </a>
      </p>
    </MessagePage>
  )
}
