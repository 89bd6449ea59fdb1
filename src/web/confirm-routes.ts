import { Hono } from 'hono'
import { ROUTES } from '../paths.ts'
import { type Redeemed, redeemAny } from '../security/token.ts'
import { linkProblem, type SiteContext, type SiteEnv } from './responses.tsx'

type PageAnswer = Response | Promise<Response>

/** Pages of one kind of confirmation link, called once the token is opened. */
export type ConfirmationKind = {
  /** Shows the page with the button. Changes nothing, because mail scanners follow every link. */
  show(c: SiteContext, token: Redeemed): PageAnswer
  /** Handles a press of the button. */
  confirm(c: SiteContext, token: Redeemed): PageAnswer
  expired(c: SiteContext): PageAnswer
}

/** The kinds of confirmation, by the purpose of the token. */
type ConfirmationKinds = Record<'confirm' | 'letter' | 'voice', ConfirmationKind>

/** Routes of `/confirm/{token}`. The purpose of the token chooses the kind of confirmation. */
export function confirmRoutes(kinds: ConfirmationKinds): Hono<SiteEnv> {
  const answer = async (c: SiteContext, act: 'show' | 'confirm'): Promise<Response> => {
    const { keys } = c.var.settings
    const read = await redeemAny(keys, ['confirm', 'letter', 'voice'], c.req.param('token') ?? '', Date.now())
    if (read.ok) return kinds[read.value.purpose][act](c, read.value)
    return read.error === 'malformed'
      ? linkProblem(c, 'malformed', { signUp: true })
      : kinds[read.error.expired].expired(c)
  }
  return new Hono<SiteEnv>()
    .get(ROUTES.confirm, (c) => answer(c, 'show'))
    .post(ROUTES.confirm, (c) => answer(c, 'confirm'))
}
