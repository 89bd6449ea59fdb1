import { Hono } from 'hono'
import { ROUTES } from '../paths.ts'
import { type Redeemed, redeemAny } from '../security/token.ts'
import { linkProblem, type SiteContext, type SiteEnv } from './responses.tsx'

type PageAnswer = Response | Promise<Response>

/** What a link that confirms something leads to, once its token is opened. */
export type ConfirmationKind = {
  /** The page with the button. It changes nothing: mail scanners follow every link. */
  show(c: SiteContext, token: Redeemed): PageAnswer
  /** The button. */
  confirm(c: SiteContext, token: Redeemed): PageAnswer
  expired(c: SiteContext): PageAnswer
}

/** What may be confirmed, by the purpose of the link's token. */
type ConfirmationKinds = Record<'confirm' | 'letter' | 'voice', ConfirmationKind>

/** `/confirm/{token}`, for all that is confirmed by a link: the token's purpose decides who answers. */
export function confirmRoutes(kinds: ConfirmationKinds): Hono<SiteEnv> {
  const answer = async (c: SiteContext, act: 'show' | 'confirm'): Promise<Response> => {
    const { keys } = c.var.settings
    const read = await redeemAny(keys, ['confirm', 'letter', 'voice'], c.req.param('token') ?? '', Date.now())
    if (read.ok) return kinds[read.value.purpose][act](c, read.value)
    return read.error === 'malformed' ? linkProblem(c, 'malformed') : kinds[read.error.expired].expired(c)
  }
  return new Hono<SiteEnv>()
    .get(ROUTES.confirm, (c) => answer(c, 'show'))
    .post(ROUTES.confirm, (c) => answer(c, 'confirm'))
}
