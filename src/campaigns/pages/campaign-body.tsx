import type { Settings } from '../../env.ts'
import { dayIn } from '../../kit/dates.ts'
import { directionOf, FALLBACK_LOCALE } from '../../kit/locales.ts'
import { inARow, textsIn } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { type Campaign, readIn, wordsIn } from '../campaign.ts'
import { carriedTargets } from '../letters.ts'
import type { Standing } from '../page-status.ts'
import { ProseView } from '../text/prose-view.tsx'
import { Events } from './campaign-events.tsx'
import { Claims, Sources } from './campaign-facts.tsx'
import { Contacts, Organisations, People, Targets } from './campaign-parties.tsx'
import { ProseSection } from './campaign-section.tsx'
import { Demands, Letter, Updates } from './campaign-texts.tsx'
import { Kicker } from './kicker.tsx'
import { type Notice, noticesOf } from './notices.ts'

type CaseProps = { locale: string; campaign: Campaign; standing: Standing }

/** `lang` and `dir` for words that are not in the page's language. */
export function spoken(campaign: Campaign, locale: string): { lang?: string; dir?: 'ltr' | 'rtl' } {
  const lang = readIn(campaign, locale)
  return lang === locale ? {} : { lang, dir: directionOf(lang) }
}

const NOTICE_CLASSES: Record<Notice['kind'], string> = {
  invented: 'note invented',
  over: 'note',
  untranslated: 'note quiet',
  stale: 'note quiet',
}

/** What a reader must know before the first word. */
export function Notices({ locale, campaign, standing }: CaseProps) {
  const notices = noticesOf(campaign, standing, locale)
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
                {textsIn(locale)('notice.read-english')}
              </a>
            </>
          )}
        </p>
      ))}
    </div>
  )
}

export function CaseHead({ locale, campaign, standing }: CaseProps) {
  const t = textsIn(locale)
  const { title, summary, author, dateline } = wordsIn(campaign, locale)
  return (
    <header class="flow">
      <Kicker locale={locale} campaign={campaign} standing={standing} />
      <div class="flow" {...spoken(campaign, locale)}>
        <h1>{title}</h1>
        <p class="lead">{summary}</p>
        {(author || dateline) && (
          <p class="soft">
            {author && inARow(locale, [author.name, author.office])}
            {author && dateline && <br />}
            {dateline}
          </p>
        )}
      </div>
      {standing === 'open' && (
        <p class="act">
          {carriedTargets(campaign).length > 0 && (
            <a class="button" href={paths.write(locale, campaign.slug)}>
              {t('campaign.write')}
            </a>
          )}
          <a class="button" href="#sign-up">
            {t('campaign.act')}
          </a>
        </p>
      )}
      {standing === 'open' && campaign.closes && (
        <p class="soft">{t('campaign.closes', { day: dayIn(locale, campaign.closes) })}</p>
      )}
    </header>
  )
}

type BodyProps = { locale: string; campaign: Campaign; live: boolean; now: number; settings: Settings }

/** The whole case, its headings included, in the one language it is read in. */
export function CaseBody({ locale: readers, campaign, live, now, settings }: BodyProps) {
  const locale = readIn(campaign, readers)
  const words = wordsIn(campaign, readers)
  const reading = { campaign, words, locale, readers, live }
  return (
    <article class="sections" {...spoken(campaign, readers)}>
      <section class="flow" aria-label={textsIn(locale)('campaign.appeal')}>
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
