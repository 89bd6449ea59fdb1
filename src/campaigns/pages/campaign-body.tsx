import type { Settings } from '../../env.ts'
import { formatDay } from '../../kit/dates.ts'
import { directionOf, FALLBACK_LOCALE } from '../../kit/locales.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { type Campaign, readableLocale, wordsIn } from '../campaign.ts'
import { deliverableTargets } from '../letter-language.ts'
import type { CampaignStatus } from '../page-status.ts'
import { ProseView } from '../text/prose-view.tsx'
import { Events } from './campaign-events.tsx'
import { Claims, Sources } from './campaign-facts.tsx'
import { Contacts, Organisations, People, Targets } from './campaign-parties.tsx'
import { ProseSection } from './campaign-section.tsx'
import { Demands, Letter, Updates } from './campaign-texts.tsx'
import { Kicker } from './kicker.tsx'
import { type Notice, noticesOf } from './notices.ts'

type CampaignHeadProps = { locale: string; campaign: Campaign; status: CampaignStatus }

/** Attributes `lang` and `dir` for words in another language than the page; empty when the languages agree. */
export function languageAttributes(
  campaign: Pick<Campaign, 'slug'> & { words: object },
  locale: string,
): { lang?: string; dir?: 'ltr' | 'rtl' } {
  const lang = readableLocale(campaign, locale)
  return lang === locale ? {} : { lang, dir: directionOf(lang) }
}

const NOTICE_CLASSES: Record<Notice['kind'], string> = {
  invented: 'note invented',
  over: 'note',
  untranslated: 'note quiet',
  stale: 'note quiet',
}

/** Notices above the text of a campaign, such as “closed” or “not translated”. */
export function Notices({ locale, campaign, status }: CampaignHeadProps) {
  const notices = noticesOf(campaign, status, locale)
  if (notices.length === 0) return null
  return (
    <div class="notes">
      {notices.map(({ kind, text }) => (
        <p class={NOTICE_CLASSES[kind]}>
          {text}
          {kind === 'stale' && (
            <>
              {' '}
              <a href={paths.campaign(FALLBACK_LOCALE, campaign.slug)} hreflang={FALLBACK_LOCALE}>
                {translator(locale)('notice.read-english')}
              </a>
            </>
          )}
        </p>
      ))}
    </div>
  )
}

export function CampaignHead({ locale, campaign, status }: CampaignHeadProps) {
  const t = translator(locale)
  const { title, summary, author, dateline } = wordsIn(campaign, locale)
  return (
    <header class="flow">
      <Kicker locale={locale} campaign={campaign} status={status} />
      <div class="flow" {...languageAttributes(campaign, locale)}>
        <h1>{title}</h1>
        <p class="lead">{summary}</p>
        {(author || dateline) && (
          <p class="soft">
            {author && joinList(locale, [author.name, author.office])}
            {author && dateline && <br />}
            {dateline}
          </p>
        )}
      </div>
      {status === 'open' && (
        <p class="act">
          {deliverableTargets(campaign).length > 0 && (
            <a class="button" href={paths.write(locale, campaign.slug)}>
              {t('campaign.write')}
            </a>
          )}
          <a class="button" href="#sign-up">
            {t('campaign.act')}
          </a>
        </p>
      )}
      {status === 'open' && campaign.closes && (
        <p class="soft">{t('campaign.closes', { day: formatDay(locale, campaign.closes) })}</p>
      )}
    </header>
  )
}

type CampaignBodyProps = { locale: string; campaign: Campaign; live: boolean; now: number; settings: Settings }

/** The whole case with its headings, in the language in which the campaign is readable. */
export function CampaignBody({ locale: readers, campaign, live, now, settings }: CampaignBodyProps) {
  const locale = readableLocale(campaign, readers)
  const words = wordsIn(campaign, readers)
  const reading = { campaign, words, locale, readers, live }
  return (
    <article class="sections" {...languageAttributes(campaign, readers)}>
      <section class="flow" aria-label={translator(locale)('campaign.appeal')}>
        <ProseView prose={words.appeal} />
      </section>
      <Events {...reading} now={now} calendar={paths.calendar(readers, campaign.slug)} />
      <Demands {...reading} />
      <Targets {...reading} settings={settings} />
      <Letter {...reading} which="letter" />
      <Contacts {...reading} list="copies" />
      <Contacts {...reading} list="support" />
      <Claims {...reading} />
      <Letter {...reading} which="openLetter" />
      <ProseSection locale={locale} title="background" prose={words.background} />
      <Updates {...reading} />
      <People {...reading} />
      <Organisations {...reading} />
      <Sources {...reading} />
    </article>
  )
}
