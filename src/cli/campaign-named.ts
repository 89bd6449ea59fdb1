import { nearestName } from '../kit/words/nearest-name.ts'
import { ApiError, call, type Schemas } from './client.ts'
import { type Deployment, Mistake } from './command.ts'

/** The campaign with a slug. @throws Mistake with the nearest slug if there is none */
export async function campaignNamed(deployment: Deployment, slug: string): Promise<Schemas['Campaign']> {
  return orNearest(deployment, slug, async () => {
    const { json } = await call(deployment, 'get', '/api/campaigns/{slug}', { path: { slug } })
    return json
  })
}

/** Runs a request about a campaign. Its 404 names the nearest campaign, or all of them. */
export async function orNearest<T>(deployment: Deployment, slug: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem?.status !== 404) throw error
    const { json: campaigns } = await call(deployment, 'get', '/api/campaigns', {})
    const slugs = campaigns.map((campaign) => campaign.slug)
    const near = nearestName(slug, slugs)
    const hint = near === undefined ? `There are: ${slugs.join(', ') || 'none'}.` : `Did you mean ${near}?`
    throw new Mistake(`No such campaign: ${slug}. ${hint}`)
  }
}
