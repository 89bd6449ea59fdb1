import type { Settings } from '../../env.ts'
import { translator } from '../../kit/page-texts.ts'
import { paths, ROUTES } from '../../paths.ts'
import type { FormError, FormValues } from '../../web/form-fields.tsx'
import { Layout } from '../../web/layout.tsx'
import { turnstileScript } from '../../web/turnstile-widget.tsx'
import { type Campaign, localesOf, wordsIn } from '../campaign.ts'
import type { ListedCampaign } from '../copies/campaign-index.ts'
import type { Counters } from '../counters.ts'
import { type CampaignStatus, campaignStatus } from '../page-status.ts'
import type { PublicSubmissions } from '../public-submissions.ts'
import { frontSections } from './campaign-front.tsx'
import { CampaignHead, languageAttributes, leadOf, MainAct, Notices } from './campaign-head.tsx'
import { Kicker } from './kicker.tsx'
import { RiskNotice } from './risk-notice.tsx'
import { shareCard } from './share.tsx'
import { SignUpForm } from './sign-up-form.tsx'

type HomeProps = {
  locale: string
  settings: Settings
  campaigns: readonly ListedCampaign[]
  stamp: string
  now: number
}

/** The front page: open campaigns, past campaigns and the sign-up form. Drafts and campaigns under review are not listed. */
export function HomePage({ locale, settings, campaigns, stamp, now }: HomeProps) {
  const t = translator(locale)
  const lead = t('home.lead', { sender: settings.senderName })
  const listed = campaigns
    .map((campaign) => ({ campaign, status: campaignStatus(campaign, now) }))
    .filter(({ status }) => status !== 'draft' && status !== 'under-review')
    .sort((a, b) => b.campaign.opened.localeCompare(a.campaign.opened))
  const open = listed.filter(({ status }) => status === 'open')
  const past = listed.filter(({ status }) => status !== 'open')
  const alternates = {
    ...Object.fromEntries(settings.locales.map((l) => [l, paths.home(l)])),
    'x-default': ROUTES.root,
  }
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={settings.senderName}
      description={lead}
      alternates={alternates}
      card={{ type: 'website' }}
      head={turnstileScript(settings)}
    >
      <div class="columns">
        <div class="sections">
          <header class="flow">
            <h1>{t('home.title')}</h1>
            <p class="lead">{lead}</p>
          </header>
          <section>
            <h2>{t('home.open')}</h2>
            {open.length === 0 && <p>{t('home.none-open')}</p>}
            <ul class="cards">
              {open.map((listed) => (
                <CampaignCard locale={locale} {...listed} />
              ))}
            </ul>
          </section>
          {past.length > 0 && (
            <section>
              <h2>{t('home.past')}</h2>
              <ul class="cards past">
                {past.map((listed) => (
                  <CampaignCard locale={locale} {...listed} />
                ))}
              </ul>
            </section>
          )}
        </div>
        <SignUpCard title={t('home.sign-up')} locale={locale} settings={settings} stamp={stamp} />
      </div>
    </Layout>
  )
}

function CampaignCard({
  locale,
  campaign,
  status,
}: {
  locale: string
  campaign: ListedCampaign
  status: CampaignStatus
}) {
  const { title, summary } = wordsIn(campaign, locale)
  return (
    <li>
      <Kicker locale={locale} campaign={campaign} status={status} />
      <h3 {...languageAttributes(campaign, locale)}>
        <a href={paths.campaign(locale, campaign.slug)}>{title}</a>
      </h3>
      <p {...languageAttributes(campaign, locale)}>{summary}</p>
    </li>
  )
}

function SignUpCard({
  title,
  ...form
}: { title: string; locale: string; settings: Settings; stamp: string; campaign?: string } & RefillProps) {
  return (
    <aside class="card flow" id="sign-up" aria-labelledby="sign-up-title">
      <h2 id="sign-up-title">{title}</h2>
      <SignUpForm {...form} />
      <p class="small">
        <a class="target-size" href={paths.signUp(form.locale)}>
          {translator(form.locale)('form.more')}
        </a>
      </p>
    </aside>
  )
}

type RefillProps = { values?: FormValues | undefined; errors?: readonly FormError[] | undefined }

type CampaignProps = {
  locale: string
  settings: Settings
  campaign: Campaign
  stamp: string
  now: number
  counters?: Counters | null
  submissions?: PublicSubmissions | null
} & RefillProps

/**
 * The page of one campaign: the short of it, so that it arrives whole on a bad line; the page of the whole case has the
 * rest. The sign-up form of an open campaign is in the first half. If the campaign lacks the reader's language, the case
 * is in English and the rest of the page in the reader's language.
 */
export function CampaignPage({ locale, settings, campaign, stamp, now, ...more }: CampaignProps) {
  const { counters = null, submissions = null, values, errors } = more
  const t = translator(locale)
  const status = campaignStatus(campaign, now)
  const words = wordsIn(campaign, locale)
  const shown = status !== 'under-review' // else only a notice, because a name must not be read
  const live = status === 'open'
  const front = shown ? frontSections({ locale, campaign, status, now, counters, submissions }) : undefined
  const alternates = Object.fromEntries(settings.locales.map((l) => [l, paths.campaign(l, campaign.slug)]))
  const title = shown ? words.title : t('notice.review-title')
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={title}
      description={shown ? leadOf(campaign, locale, status) : undefined}
      alternates={alternates}
      written={localesOf(campaign)}
      card={shareCard(settings, campaign, locale, status)}
      {...(status === 'open' || status === 'won' || status === 'closed' ? {} : { robots: 'noindex' })}
      head={turnstileScript(settings)}
    >
      <div class="columns">
        {!shown && (
          <header class="flow">
            <h1>{title}</h1>
            <p class="lead">{t('notice.review')}</p>
          </header>
        )}
        {front && (
          <div class={live ? 'sections begin' : 'sections'}>
            <CampaignHead locale={locale} campaign={campaign} status={status} />
            {live && <MainAct locale={locale} campaign={campaign} />}
            <Notices locale={locale} campaign={campaign} status={status}>
              {live && campaign.riskyIn && <RiskNotice locale={locale} campaign={campaign} />}
            </Notices>
            {front.first}
            {!live && front.rest}
          </div>
        )}
        <SignUpCard
          title={t('home.sign-up')}
          locale={locale}
          settings={settings}
          stamp={stamp}
          campaign={campaign.slug}
          values={values}
          errors={errors}
        />
        {front && live && <div class="sections">{front.rest}</div>}
      </div>
    </Layout>
  )
}
