import type { Campaign } from '../../campaigns/campaign.ts'
import { catalogue } from '../../campaigns/catalogue.ts'
import { readPageRecordCached } from '../../campaigns/copies/page-record.ts'
import type { WishesByTarget } from '../../campaigns/counters.ts'
import { campaignStatus } from '../../campaigns/page-status.ts'
import type { Result } from '../../kit/result.ts'
import type { FormFields } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import type { SiteContext } from '../../web/responses.tsx'
import type { DraftFormProps, DraftPageProps, DraftSubject } from './pages.tsx'

type DraftHtml = string | Promise<string>

/** A kind of draft: letters or submissions. The functions call the campaign's object. */
export type DraftKind<D> = {
  of: DraftSubject
  /** Stores a draft and returns its id, or null when too many drafts wait. */
  store(env: Env, slug: string, draft: D): Promise<string | null>
  delete(env: Env, slug: string, id: string): Promise<void>
  find(env: Env, slug: string, id: string): Promise<D | 'confirmed' | 'held' | null>
  confirm(env: Env, slug: string, id: string): Promise<{ kind: 'confirmed' | 'held' | 'already' | 'gone' | 'over' }>
  /** What pages say of the targets, for drafts that go to them. */
  wishes?(env: Env, slug: string): Promise<WishesByTarget>
  localeOf(draft: D): string
  /** The page behind the confirmation link. `token` is the link's. */
  page(props: DraftPageProps & { draft: D; token: string }): DraftHtml
}

/** A form whose content becomes a draft of this kind. */
export type DraftForm<D> = {
  kind: DraftKind<D>
  fields: readonly string[]
  /** Whether an open campaign takes this form. */
  accepts(campaign: Campaign): boolean
  /** Path of the form's page. */
  path(locale: string, slug: string): string
  parse(fields: FormFields, locale: string, campaign: Campaign): Result<D, FormError[]>
  page(props: DraftFormProps): DraftHtml
}

/** The campaign of this slug if it is open, else null. */
export async function openCampaign(c: SiteContext, slug: string | undefined): Promise<Campaign | null> {
  const campaign = slug === undefined ? null : await catalogue(c.env.CONTENT).find(slug)
  return campaign !== null && campaignStatus(campaign, Date.now()) === 'open' ? campaign : null
}

/** The slug of a campaign that has a page and takes no acts now, else null: old links lead to its forms. */
export async function endedCampaign(c: SiteContext, slug: string | undefined): Promise<string | null> {
  const campaign = slug === undefined ? null : await catalogue(c.env.CONTENT).find(slug)
  return campaign === null || ['draft', 'open'].includes(campaignStatus(campaign, Date.now())) ? null : campaign.slug
}

/** What targets ask for, as the campaign's object handed it over for its pages. */
export const shownWishes = async (c: SiteContext, slug: string): Promise<WishesByTarget | undefined> =>
  (await readPageRecordCached(c.env.CONTENT, slug, Date.now()))?.numbers?.wishes
