import { ShortCache } from '../../kit/caches/short-cache.ts'
import type { Keyring } from '../../security/keyring.ts'
import type { Campaign } from '../campaign.ts'
import { bundledCampaign } from '../catalogue.ts'
import type { Counters } from '../counters.ts'
import { openPublicSubmissions, type VersionedSubmissions } from '../public-submissions.ts'
import { effectiveCampaign } from '../published.ts'
import { type IndexEnv, readIndex } from './campaign-index.ts'
import { type PageContent, readOldKeys } from './old-keys.ts'
import { forgetPageRecord, type PageRecord, publicationIn, readPageRecordCached } from './page-record.ts'

/** A campaign with what its page shows beside it. */
type CampaignWithContent = { campaign: Campaign; counters: Counters | null; submissions: VersionedSubmissions | null }

const oldContent = new ShortCache<PageContent>()

/** What a campaign's page shows, some seconds old at most; null for an unknown slug. Two KV reads at most. `now` in epoch ms. */
export async function readCampaignPage(
  env: IndexEnv,
  keys: Keyring,
  slug: string,
  now: number,
): Promise<CampaignWithContent | null> {
  const first = await readPageRecordCached(env.CONTENT, slug, now)
  const { record, content } = await contentOf(env, slug, first, now)
  const campaign = effectiveCampaign(bundledCampaign(slug), publicationIn(record))
  if (campaign === null) return null
  return {
    campaign,
    counters: content.numbers,
    submissions: await openPublicSubmissions(keys, slug, content.words, now),
  }
}

/** The numbers and words of a record. A record of an earlier version has neither: they are in keys of their own. */
async function contentOf(
  env: IndexEnv,
  slug: string,
  record: PageRecord | null,
  now: number,
): Promise<{ record: PageRecord | null; content: PageContent }> {
  const none = { numbers: null, words: null }
  if (record?.numbers !== undefined)
    return { record, content: { numbers: record.numbers, words: record.words ?? null } }
  if (record === null && bundledCampaign(slug) === undefined) return { record, content: none }
  const { made, stored } = await readIndex(env, now)
  if (made && stored) {
    forgetPageRecord(slug) // making the index has rewritten the records
    return contentOf(env, slug, await readPageRecordCached(env.CONTENT, slug, now), now)
  }
  if (record === null && stored) return { record, content: none } // nobody has acted
  return { record, content: await oldContent.find(slug, now, () => readOldKeys(env.CONTENT, slug)) }
}
