import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Settings } from '../../env.ts'
import { formatDay } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { translator } from '../../kit/page-texts.ts'
import { absolute, paths, ROUTES } from '../../paths.ts'
import { type FormError, type FormValues, formTitle } from '../../web/form-fields.tsx'
import { STYLE_HASH } from '../../web/style.gen.ts'
import { turnstileScript } from '../../web/turnstile-widget.tsx'
import { type Campaign, readableLocale, wordsIn } from '../campaign.ts'
import { type CampaignStatus, mayBeMentioned } from '../page-status.ts'
import { languageAttributes, leadOf } from './campaign-head.tsx'
import { Kicker } from './kicker.tsx'
import { RiskNotice } from './risk-notice.tsx'
import { SignUpForm } from './sign-up-form.tsx'

type FrameProps = {
  locale: string
  settings: Settings
  title: string
  canonical?: string
  head?: Child
  children?: Child
}

/** The frame of the embedded page for other sites. Every link opens a new tab, because all other pages refuse to be framed. */
function EmbedFrame({ locale, settings, title, canonical, head, children }: FrameProps) {
  const t = translator(locale)
  return (
    <>
      {raw('<!DOCTYPE html>')}
      <html lang={locale} dir={directionOf(locale)}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{`${title} · ${settings.senderName}`}</title>
          <meta name="robots" content="noindex" />
          {canonical && <link rel="canonical" href={absolute(settings.publicUrl, canonical)} />}
          <link rel="stylesheet" href={`${ROUTES.style}?v=${STYLE_HASH}`} />
          {head}
        </head>
        <body>
          <main class="band flow">{children}</main>
          <footer class="foot">
            <div class="band flow small">
              <p>{t('site.privacy')}</p>
              <p>
                <ExternalLink href={paths.myData(locale)} locale={locale} text={t('site.my-data')} />
              </p>
              <p class="soft">
                <bdi>{settings.senderName}</bdi>
                <br />
                <bdi>{settings.postalAddress}</bdi>
              </p>
            </div>
          </footer>
        </body>
      </html>
    </>
  )
}

/** A link that opens a new tab, with a hidden text about this for screen readers. */
const ExternalLink = ({
  href,
  locale,
  text,
  button,
}: {
  href: string
  locale: string
  text: string
  button?: boolean
}) => (
  <a href={href} target="_blank" rel="noopener" class={button ? 'button' : undefined}>
    {text} <span class="hidden">{translator(locale)('embed.new-tab')}</span>
  </a>
)

/** An embedded page with only a title and a sentence. */
export function EmbedMessage({ lead, ...page }: { locale: string; settings: Settings; title: string; lead: string }) {
  return (
    <EmbedFrame {...page}>
      <h1>{page.title}</h1>
      <p class="lead">{lead}</p>
    </EmbedFrame>
  )
}

type EmbedProps = {
  locale: string
  settings: Settings
  campaign: Campaign
  status: CampaignStatus
  /** Signed creation time of the form. */
  stamp: string
  values?: FormValues
  errors?: readonly FormError[]
  /** True after the form was sent. */
  sent?: boolean
}

/** The embedded page of a campaign: title, status, link to the full page, and sign-up form. */
export function EmbedPage({
  locale,
  settings,
  campaign,
  status,
  stamp,
  values,
  errors = [],
  sent = false,
}: EmbedProps) {
  const t = translator(locale)
  const mentioned = mayBeMentioned(status)
  const title = mentioned ? wordsIn(campaign, locale).title : t('home.sign-up')
  const { slug } = campaign
  return (
    <EmbedFrame
      locale={locale}
      settings={settings}
      title={formTitle(locale, title, errors)}
      head={turnstileScript(settings)}
      {...(mentioned && { canonical: paths.campaign(readableLocale(campaign, locale), slug) })}
    >
      {mentioned ? (
        <CampaignSummary locale={locale} campaign={campaign} status={status} />
      ) : (
        <>
          <h1>{title}</h1>
          <p class="note">{hiddenReason(locale, campaign, status)}</p>
        </>
      )}
      {status === 'open' && <RiskNotice locale={locale} campaign={campaign} framed />}
      <section class="card flow" aria-labelledby="sign-up-title">
        <h2 id="sign-up-title">{t(sent ? 'sent.title' : 'home.sign-up')}</h2>
        {sent ? (
          <>
            <p>{t('sent.lead')}</p>
            <p>{t('sent.missing')}</p>
            <p>
              <a class="target-size" href={paths.embed(locale, slug)}>
                {t('sent.again')}
              </a>
            </p>
          </>
        ) : (
          <SignUpForm
            locale={locale}
            settings={settings}
            stamp={stamp}
            action={paths.embed(locale, slug)}
            values={values}
            errors={errors}
          />
        )}
      </section>
    </EmbedFrame>
  )
}

function CampaignSummary({ locale, campaign, status }: Pick<EmbedProps, 'locale' | 'campaign' | 'status'>) {
  const t = translator(locale)
  const { title } = wordsIn(campaign, locale)
  const lead = leadOf(campaign, locale, status)
  return (
    <>
      {campaign.invented && <p class="note invented">{t('notice.invented')}</p>}
      {status !== 'open' && <p class={status === 'won' ? 'note won' : 'note quiet'}>{t(`notice.${status}`)}</p>}
      <Kicker locale={locale} campaign={campaign} status={status} />
      <div class="flow" {...languageAttributes(campaign, locale)}>
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      <p>
        <ExternalLink href={paths.campaign(locale, campaign.slug)} locale={locale} text={t('embed.open')} button />
      </p>
    </>
  )
}

function hiddenReason(locale: string, { doNotUseAfter }: Campaign, status: CampaignStatus): string {
  const t = translator(locale)
  if (status !== 'expired' || doNotUseAfter === undefined) return t('notice.review')
  return t('notice.expired', { day: formatDay(locale, doNotUseAfter) })
}
