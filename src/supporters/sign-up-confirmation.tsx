import { wordsIn } from '../campaigns/campaign.ts'
import { findMentionable } from '../campaigns/catalogue.ts'
import { reportAnswer } from '../mailbox/asked/ask-mailbox.ts'
import { signUpIn, VIA_GOODBYE } from '../supporter-list/pending-sign-up.ts'
import type { ConfirmationKind } from '../web/confirm-routes.ts'
import { inBackground, linkPage, linkProblem, localeIn } from '../web/responses.tsx'
import { confirm } from './confirmation.ts'
import { depsOf } from './context.ts'
import { ConfirmedPage, ConfirmPage } from './pages.tsx'

/** Handles confirmation links of sign-ups. */
export const signUpConfirmation: ConfirmationKind = {
  async show(c, token) {
    const { settings } = c.var
    const signUp = signUpIn(token)
    if (signUp === null) return linkProblem(c, 'malformed', { signUp: true })
    const { pending } = signUp
    const locale = localeIn(c, pending.locale ?? pending.locales[0])
    const campaign =
      pending.campaign === undefined ? null : await findMentionable(c.env.CONTENT, pending.campaign, Date.now())
    const title = campaign === null ? undefined : wordsIn(campaign, locale).title
    const path = c.req.param('token') ?? ''
    return linkPage(
      c,
      <ConfirmPage
        locale={locale}
        settings={settings}
        token={path}
        campaignTitle={title}
        isBack={pending.via === VIA_GOODBYE}
      />,
    )
  },

  async confirm(c, token) {
    const signUp = signUpIn(token)
    if (signUp === null) return linkProblem(c, 'malformed', { signUp: true })
    const done = await confirm(depsOf(c), signUp)
    inBackground(c, 'answer not counted', reportAnswer(c.env, c.var.settings, signUp.pending.email))
    if (done.kind !== 'confirmed') return linkProblem(c, done.kind, { locale: done.locale, signUp: true })
    const locale = localeIn(c, done.locale)
    return linkPage(c, <ConfirmedPage locale={locale} settings={c.var.settings} campaign={done.campaign} />)
  },

  expired: (c) => linkProblem(c, 'expired', { signUp: true }),
}
