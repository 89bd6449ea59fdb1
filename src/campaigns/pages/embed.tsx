import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Settings } from '../../env.ts'
import { dayIn } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { textsIn } from '../../kit/page-texts.ts'
import { absolute, paths, ROUTES } from '../../paths.ts'
import type { FormError, FormValues } from '../../web/form-fields.tsx'
import { STYLE_HASH } from '../../web/style.gen.ts'
import { type Campaign, readIn, wordsIn } from '../campaign.ts'
import { mayBeMentioned, type Standing } from '../page-status.ts'
import { spoken } from './campaign-body.tsx'
import { Kicker } from './kicker.tsx'
import { RiskNotice } from './risk-notice.tsx'
import { SignUpForm, turnstileScript } from './sign-up-form.tsx'

type FrameProps = {
  locale: string
  settings: Settings
  title: string
  canonical?: string
  head?: Child
  children?: Child
}

/** The page that stands in other sites' frames: every link in it leads out into a new tab, as our other pages refuse to be framed. */
function EmbedFrame({ locale, settings, title, canonical, head, children }: FrameProps) {
  const t = textsIn(locale)
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
                <Outward href={paths.myData(locale)} locale={locale} text={t('site.my-data')} />
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

/** A link that leaves the frame, and says so to those who cannot see it. */
const Outward = ({ href, locale, text, button }: { href: string; locale: string; text: string; button?: boolean }) => (
  <a href={href} target="_blank" rel="noopener" class={button ? 'button' : undefined}>
    {text} <span class="hidden">{textsIn(locale)('embed.new-tab')}</span>
  </a>
)

/** A title and a sentence, in the frame. */
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
  standing: Standing
  /** Signed time at which the form was given out. */
  stamp: string
  values?: FormValues
  errors?: readonly FormError[]
  /** The form has been sent. */
  sent?: boolean
}

/** A campaign for the sites of others: what it is, how it stands, the way to it, and the form. */
export function EmbedPage({
  locale,
  settings,
  campaign,
  standing,
  stamp,
  values,
  errors = [],
  sent = false,
}: EmbedProps) {
  const t = textsIn(locale)
  const mentioned = mayBeMentioned(standing)
  const title = mentioned ? wordsIn(campaign, locale).title : t('home.sign-up')
  const { slug } = campaign
  return (
    <EmbedFrame
      locale={locale}
      settings={settings}
      title={errors.length > 0 ? t('site.error-title', { title }) : title}
      head={turnstileScript(settings)}
      {...(mentioned && { canonical: paths.campaign(readIn(campaign, locale), slug) })}
    >
      {mentioned ? (
        <Mention locale={locale} campaign={campaign} standing={standing} />
      ) : (
        <>
          <h1>{title}</h1>
          <p class="note">{hiddenBecause(locale, campaign, standing)}</p>
        </>
      )}
      {standing === 'open' && <RiskNotice locale={locale} campaign={campaign} framed />}
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

function Mention({ locale, campaign, standing }: Pick<EmbedProps, 'locale' | 'campaign' | 'standing'>) {
  const t = textsIn(locale)
  const { title, summary } = wordsIn(campaign, locale)
  return (
    <>
      {campaign.invented && <p class="note invented">{t('notice.invented')}</p>}
      {standing !== 'open' && <p class="note">{t(`notice.${standing}`)}</p>}
      <Kicker locale={locale} campaign={campaign} standing={standing} />
      <div class="flow" {...spoken(campaign, locale)}>
        <h1>{title}</h1>
        <p class="lead">{summary}</p>
      </div>
      <p>
        <Outward href={paths.campaign(locale, campaign.slug)} locale={locale} text={t('embed.open')} button />
      </p>
    </>
  )
}

function hiddenBecause(locale: string, { doNotUseAfter }: Campaign, standing: Standing): string {
  const t = textsIn(locale)
  if (standing !== 'expired' || doNotUseAfter === undefined) return t('notice.review')
  return t('notice.expired', { day: dayIn(locale, doNotUseAfter) })
}
