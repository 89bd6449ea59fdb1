import type { Child } from 'hono/jsx'
import { formatDay } from '../../kit/dates.ts'
import { directionOf, FALLBACK_LOCALE } from '../../kit/locales.ts'
import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { type Campaign, readableLocale, wordsIn } from '../campaign.ts'
import { deliverableTargets } from '../letter-language.ts'
import type { CampaignStatus } from '../page-status.ts'
import { newestFirst } from './campaign-texts.tsx'
import { Kicker } from './kicker.tsx'
import { type Notice, noticesOf } from './notices.ts'
import { waysBesideForm } from './writing/ways-to-write.ts'

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
  won: 'note won',
  invented: 'note invented',
  over: 'note quiet',
  ended: 'note',
  untranslated: 'note quiet',
  stale: 'note quiet',
}

type NoticesProps = CampaignHeadProps & {
  /** The notice of risks, which stands with the others. */
  children?: Child
}

/** Notices about a campaign, such as “closed” or “not translated”. */
export function Notices({ locale, campaign, status, children }: NoticesProps) {
  const notices = noticesOf(campaign, status, locale)
  if (notices.length === 0 && !children) return null
  return (
    <div class="notes">
      {children}
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

/**
 * The sentence under the title and in link previews. A won campaign has that of its newest update, because its summary
 * still asks people to act.
 */
export function leadOf(campaign: Campaign, locale: string, status: CampaignStatus): string | undefined {
  const words = wordsIn(campaign, locale)
  return status === 'won' ? newestFirst(words)[0]?.title : words.summary
}

export function CampaignHead({ locale, campaign, status }: CampaignHeadProps) {
  const lead = leadOf(campaign, locale, status)
  return (
    <header class="flow">
      <Kicker locale={locale} campaign={campaign} status={status} />
      <div class="flow" {...languageAttributes(campaign, locale)}>
        <h1>{wordsIn(campaign, locale).title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
    </header>
  )
}

/** Whether people can write to anybody, through this site or by themselves. */
const canWrite = (campaign: Campaign): boolean =>
  deliverableTargets(campaign).length > 0 || waysBesideForm(campaign).length > 0

/**
 * The main act of an open campaign: one button, which stays in reach on phones (style.css), and a quiet link. Without
 * anybody to write to, the main act is the sign-up.
 */
export function MainAct({ locale, campaign }: { locale: string; campaign: Campaign }) {
  const t = translator(locale)
  const writes = canWrite(campaign)
  return (
    <>
      <p class="act main">
        <a class="button" href={writes ? paths.write(locale, campaign.slug) : '#sign-up'}>
          {t(writes ? 'campaign.write' : 'campaign.act')}
        </a>
      </p>
      {(writes || campaign.closes) && (
        <p class="after">
          {writes && (
            <a class="target-size" href="#sign-up">
              {t('campaign.act')}
            </a>
          )}
          {campaign.closes && (
            <span class="soft">{t('campaign.closes', { day: formatDay(locale, campaign.closes) })}</span>
          )}
        </p>
      )}
    </>
  )
}
