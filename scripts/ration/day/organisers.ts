/** What organisers, moderators and the mail provider do on the day. */

import type { Campaign } from '../../../src/campaigns/campaign.ts'
import type { Schemas } from '../../../src/cli/client.ts'
import { HOUR_MS, MINUTE_MS } from '../../../src/kit/durations.ts'
import { paths } from '../../../src/paths.ts'
import { type EventCase, event } from '../../record/events.ts'
import { filesOf, NEW_SLUG, SLUGS } from './campaigns.ts'
import type { Day } from './people.ts'
import type { Act } from './player.ts'
import type { DaySize } from './size.ts'

export async function publishing({ site }: Day, slug: string, size: DaySize): Promise<void> {
  await site.api('publish', 'PUT', `/api/campaigns/${slug}`, { files: filesOf(slug, size) }, 201)
}

/** Sends an appeal to everybody. `sent`: called with the dispatch. */
export async function appealing({ site }: Day, slug: string, sent: (id: string) => void): Promise<void> {
  const { revision } = await site.api<Campaign>('appeal', 'GET', `/api/campaigns/${slug}`)
  const body = { campaign: slug, revision, email: 'appeal' }
  const { id } = await site.api<Schemas['Dispatch']>('appeal', 'POST', '/api/dispatches', body, 201)
  sent(id)
}

/** Decides up to `number` waiting submissions; refuses every tenth. */
export async function* moderating({ site }: Day, number: number, decided: () => void): Act {
  const { items } = await site.api<Schemas['PendingSubmissions']>('moderate', 'GET', '/api/moderation')
  for (const [n, { id }] of items.slice(0, number).entries()) {
    const decision = n % 10 === 9 ? 'refuse' : 'accept'
    await site.api('moderate', 'POST', `/api/moderation/${id}`, { decision })
    decided()
    yield MINUTE_MS
  }
}

/** Public pages that an organiser has open, for one campaign. */
const pagesOf = (slug: string): string[] => [
  paths.campaign('en', slug),
  paths.write('en', slug),
  paths.support('en', slug),
  paths.endorse('en', slug),
  paths.letterSheets('en', slug),
  paths.campaignText(slug, 'en'),
  paths.embed('en', slug),
]

/** Views of the API that an organiser has open, for one campaign. */
const viewsOf = (slug: string): string[] => [
  `/api/campaigns/${slug}`,
  `/api/actions/${slug}`,
  `/api/actions/${slug}/signatures`,
]

const OVERVIEWS = [
  '/api/campaigns',
  '/api/dispatches',
  '/api/moderation',
  '/api/stats',
  '/api/supporters/imports',
  '/api/notices',
]

/**
 * Opens every page and every view of the API, each once a minute. What the deployment does not have yet is not asked again. Downloads
 * of the whole list and event streams are no views.
 */
export async function* organising(day: Day, hours: number, dispatches: () => readonly string[]): Act {
  const { site } = day
  const visitor = site.visitor('organise', 0x600000)
  const missing = new Set<string>()
  for (let minutes = 0; minutes < hours * 60; minutes++) {
    const slug = SLUGS[minutes % SLUGS.length] ?? NEW_SLUG
    const pages = [paths.home('en'), paths.signUp('en'), '/my-data', '/healthz', ...pagesOf(slug)]
    // A view that fails is in the site's list of wrong answers. The organiser looks at the others.
    for (const path of pages) await site.open(visitor, path).catch(() => {})
    const sends = dispatches().map((id) => `/api/dispatches/${id}`)
    for (const path of [...OVERVIEWS, '/healthz?deep', ...viewsOf(slug), ...sends]) {
      if (missing.has(path)) continue
      await site.api('organise', 'GET', path).catch(() => {
        if (path !== '/api/notices' || minutes > 0) return
        missing.add(path)
        site.wrong.pop()
      })
    }
    yield MINUTE_MS
  }
}

/** Reports one bounce or complaint. */
export async function reportingEvent({ site, mailbox }: Day, about: Omit<EventCase, 'at'>): Promise<void> {
  const { path, headers, body } = event('resend', { ...about, at: mailbox.now })
  await site.post('event', path, { headers: { ...headers }, body: String(body) })
}

/** Hours after an appeal over which its bounces and complaints come. */
export const EVENTS_WITHIN_MS = 2 * HOUR_MS
