import type { Settings } from '../../../env.ts'
import { translator } from '../../../kit/page-texts.ts'
import { paths } from '../../../paths.ts'
import { Layout } from '../../../web/layout.tsx'
import { type Campaign, localesOf, readableLocale, wordsIn } from '../../campaign.ts'
import { type CampaignStatus, campaignStatus } from '../../page-status.ts'
import { languageAttributes, Notices } from '../campaign-head.tsx'
import { type PageState, stateOf } from '../finished-page.tsx'
import { renderedPages } from '../rendered-pages.ts'
import { type CasePart, caseParts } from './case-parts.tsx'
import { caseSections } from './case-sections.tsx'

type MoreProps = { locale: string; settings: Settings; campaign: Campaign; status: CampaignStatus }

/**
 * The pages with everything about a case, in parts small enough for a bad line, as HTML. A campaign under review has
 * none, because a name must not be read.
 */
export const morePages = (settings: Settings, campaign: Campaign, state: PageState): Promise<string[]> =>
  pages(settings, campaign, stateOf(campaign, state), async () => {
    const { locale, now, counters, submissions } = state
    const status = campaignStatus(campaign, now)
    if (status === 'under-review') return []
    const words = wordsIn(campaign, locale)
    const reading = {
      campaign,
      words,
      locale: readableLocale(campaign, locale),
      readers: locale,
      live: status === 'open',
    }
    const sections = caseSections({ reading, counters, submissions })
    const parts = caseParts(sections, (part) => paths.more(locale, campaign.slug, part))
    return parts.map((shown, index) =>
      String(<MorePage {...{ locale, settings, campaign, status, shown }} part={index + 1} parts={parts.length} />),
    )
  })

const pages = renderedPages<string[]>()

function MorePage({ part, parts, shown, ...page }: MoreProps & { part: number; parts: number; shown: CasePart }) {
  const { locale, settings, campaign, status } = page
  const { slug } = campaign
  const t = translator(locale)
  const { title } = wordsIn(campaign, locale)
  const number = parts > 1 ? t('campaign.part', { part, parts }) : undefined
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={[t('campaign.whole'), title, number].filter((text) => text !== undefined).join(' · ')}
      alternates={Object.fromEntries(settings.locales.map((l) => [l, paths.more(l, slug)]))}
      written={localesOf(campaign)}
      robots="noindex"
    >
      <div class="sections measure">
        <header class="flow">
          <h1>{t('campaign.whole')}</h1>
          <p class="lead" {...languageAttributes(campaign, locale)}>
            {title}
          </p>
          {number && <p class="soft">{number}</p>}
          <p>
            <a class="target-size" href={paths.campaign(locale, slug)}>
              {t('sheet.back')}
            </a>
          </p>
          <Notices locale={locale} campaign={campaign} status={status} />
        </header>
        {shown.map(({ content, reader }) => (
          <div {...(reader ? {} : languageAttributes(campaign, locale))}>{content}</div>
        ))}
        <Neighbours locale={locale} slug={slug} part={part} parts={parts} />
      </div>
    </Layout>
  )
}

function Neighbours({ locale, slug, part, parts }: { locale: string; slug: string; part: number; parts: number }) {
  const t = translator(locale)
  if (parts === 1) return null
  return (
    <nav class="act" aria-label={t('campaign.part', { part, parts })}>
      {part < parts && (
        <a class="button" rel="next" href={paths.more(locale, slug, part + 1)}>
          {t('campaign.next-part')}
        </a>
      )}
      {part > 1 && (
        <a class="target-size" rel="prev" href={paths.more(locale, slug, part - 1)}>
          {t('campaign.previous-part')}
        </a>
      )}
    </nav>
  )
}
