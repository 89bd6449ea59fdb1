import { formatDay } from '../../kit/dates.ts'
import { translator } from '../../kit/page-texts.ts'
import { type Campaign, hasLocale, wordsIn } from '../campaign.ts'
import type { CampaignStatus } from '../page-status.ts'

export type Notice = { kind: 'won' | 'invented' | 'over' | 'ended' | 'untranslated' | 'stale'; text: string }

/**
 * Notices that a reader must see before the text: invented, over, not to be acted on, not translated, or outdated
 * translation.
 */
export function noticesOf(campaign: Campaign, status: CampaignStatus, locale: string): Notice[] {
  const t = translator(locale)
  const notices: Notice[] = []
  if (status === 'won') notices.push({ kind: 'won', text: t('notice.won') })
  if (campaign.invented) notices.push({ kind: 'invented', text: t('notice.invented') })
  if (status === 'expired' && campaign.doNotUseAfter !== undefined) {
    notices.push({ kind: 'ended', text: t('notice.expired', { day: formatDay(locale, campaign.doNotUseAfter) }) })
  }
  if (status === 'closed') notices.push({ kind: 'over', text: t('notice.closed') })
  if (!hasLocale(campaign, locale)) notices.push({ kind: 'untranslated', text: t('notice.untranslated') })
  if (wordsIn(campaign, locale).stale) notices.push({ kind: 'stale', text: t('notice.stale') })
  return notices
}
