import { catalogue } from '../campaigns/catalogue.ts'
import { listCampaigns } from '../campaigns/copies/campaign-list.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { sealNotify } from '../dispatch/news/tell-news.ts'
import { senderOf } from '../emails/sender.ts'
import type { Settings } from '../env.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { PAGE_LOCALES } from '../kit/page-texts.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import {
  campaignActionsOf,
  dispatchOf,
  dispatchRegistryOf,
  importOf,
  mailboxQueueOf,
  publicationOf,
  rendererOf,
  suppressionOf,
  transfersOf,
} from '../objects.ts'
import { countSupporters } from '../supporter-list/count-supporters.ts'
import { countedNow, type LastCount, mayCount } from '../supporter-list/rationed-count.ts'
import { type ReadRecent, readCurrentRecords } from '../supporter-list/recent-changes.ts'
import { shareFrom } from '../supporters/export/stream.ts'
import type { AddReplyDeps } from './actions/add-reply.ts'
import type { ModerateDeps } from './actions/moderate.ts'
import type { TellWritersDeps } from './actions/tell-writers.ts'
import type { ViewActionsDeps } from './actions/view-actions.ts'
import type { PublishDeps } from './campaigns/publish-campaign.ts'
import type { RequestDispatchDeps } from './dispatches/request-dispatch.ts'
import { sendTestMail, type TestMailDeps } from './dispatches/send-test-mail.ts'
import type { TestMailsDeps } from './dispatches/send-test-mails.ts'
import type { StatisticsDeps } from './statistics.ts'
import type { ExportListDeps } from './supporters/export-supporters.ts'
import type { ImportListDeps } from './supporters/import-supporters.ts'
import type { TransferDeps } from './supporters/list-transfers.ts'

/** Dependencies of the use cases in the deployed Worker: KV and Durable Objects. */

/** KV pages, of 1,000 people each, that are counted at most. A Worker invocation may make 1,000 operations. */
const MAX_PAGES = 200

export const publishDeps = (env: Env, settings: Settings): PublishDeps => ({
  languages: PAGE_LOCALES,
  check: (files) => rendererOf(env, 'mail', FALLBACK_LOCALE).checkCampaign(files, senderOf(settings)),
  publish: (campaign, expectedRevision) => publicationOf(env).publish(campaign, expectedRevision),
  campaignChanged: (slug) => campaignActionsOf(env, slug).handleCampaignChange(),
})

export function requestDispatchDeps(env: Env, settings: Settings, now = Date.now()): RequestDispatchDeps {
  const registry = dispatchRegistryOf(env)
  return {
    now,
    requireApproval: settings.requireApproval,
    newId: () => crypto.randomUUID(),
    sealNotify: (id, addresses) => sealNotify(settings.keys, id, addresses),
    registry: {
      replay: (keyed) => registry.replay(keyed),
      open: (request, keyed) => registry.open(request, keyed),
      decide: (request) => registry.decide(request),
    },
    campaign: (slug) => currentCampaign(env, slug),
    sendTest: (campaign, request, to) => sendTestMail(testMailDeps(env, settings, now), campaign, request, to),
  }
}

const testMailDeps = (env: Env, settings: Settings, now: number): TestMailDeps => ({
  now,
  settings,
  isSuppressed: async (fingerprint) => (await suppressionOf(env).status(fingerprint)).reason !== undefined,
  post: (mailbox, mail) => mailboxQueueOf(env, mailbox).enqueue(mail),
})

export const testMailsDeps = (env: Env, settings: Settings, now = Date.now()): TestMailsDeps => ({
  ...testMailDeps(env, settings, now),
  campaign: (slug) => currentCampaign(env, slug),
  take: async (addresses) => dispatchRegistryOf(env).takeTestAddresses(addresses),
})

export const moderateDeps = (env: Env): ModerateDeps => ({
  campaigns: () => listCampaigns(env, Date.now()),
  hasCampaign: async (slug) => (await catalogue(env.CONTENT).find(slug)) !== null,
  pending: (slug, most) => campaignActionsOf(env, slug).listPendingSubmissions(most),
  decide: (slug, id, decision, by, reason) => campaignActionsOf(env, slug).decideSubmission(id, decision, by, reason),
})

export const tellWritersDeps = (env: Env, { requireApproval }: Settings): TellWritersDeps => ({
  requireApproval,
  campaign: (slug) => currentCampaign(env, slug),
  tellWriters: (campaign, ...update) => campaignActionsOf(env, campaign.slug).startWriterUpdate(campaign, ...update),
})

export const addReplyDeps = (env: Env): AddReplyDeps => ({
  addReply: (slug, reply) => campaignActionsOf(env, slug).addReply(slug, reply),
})

export const viewActionsDeps = (env: Env, now = Date.now()): ViewActionsDeps => ({
  now,
  campaign: (slug) => catalogue(env.CONTENT).find(slug),
  report: async (slug) => campaignActionsOf(env, slug).report(),
})

export const transferDeps = (env: Env): TransferDeps => ({
  transfer: (id) => transfersOf(env).transfer(id),
  transfers: (kind, before) => transfersOf(env).transfers(kind, before),
})

export const importListDeps = (env: Env, now = Date.now()): ImportListDeps => ({
  now,
  transfer: (id) => transfersOf(env).transfer(id),
  import: (id) => importOf(env, id),
})

/** The number of supporters, counted anew as often as the platform's ration of list operations allows. `now` in epoch ms. */
async function supporterCount(env: Env, now: number): Promise<LastCount> {
  const suppression = suppressionOf(env)
  const last = await suppression.lastCount()
  if (last !== null && !mayCount(last, now)) return last
  try {
    const counted = countedNow(last, await countSupporters(env.SUPPORTERS, MAX_PAGES, recentOf(env)), now)
    await suppression.lastCount(counted)
    return counted
  } catch (error) {
    if (last === null) throw error
    return last // KV refuses to list
  }
}

const recentOf = (env: Env): ReadRecent => {
  const suppression = suppressionOf(env)
  return (after, upTo) => suppression.recentChanges(after, upTo)
}

export const exportDeps = (env: Env, settings: Settings): ExportListDeps => ({
  now: () => Date.now(),
  newId: () => crypto.randomUUID(),
  share: (cursor) => shareFrom(env.SUPPORTERS, cursor),
  note: (transfer) => transfersOf(env).recordTransfer(transfer),
  notice: (raised) => raiseNotice(env, raised),
  read: (prefix, cursor, after) => readCurrentRecords(env.SUPPORTERS, settings, recentOf(env), prefix, cursor, after),
  left: async (fingerprints) => (await suppressionOf(env).membership(fingerprints)).left,
})

export const statisticsDeps = (env: Env): StatisticsDeps => ({
  supporters: () => supporterCount(env, Date.now()),
  suppressed: () => suppressionOf(env).counts(),
  campaigns: () => listCampaigns(env, Date.now()),
  listed: (limit) => dispatchRegistryOf(env).list(limit),
  async dispatch(id) {
    await dispatchRegistryOf(env).has(id) // passes the request on to a dispatch that missed it in a crash
    return dispatchOf(env, id).view()
  },
})
