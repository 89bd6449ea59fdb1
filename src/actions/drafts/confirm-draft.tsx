import { catalogue } from '../../campaigns/catalogue.ts'
import { reportAnswer } from '../../mailbox/asked/ask-mailbox.ts'
import { normaliseAddress } from '../../security/address.ts'
import type { ConfirmationKind } from '../../web/confirm-routes.ts'
import { inBackground, linkPage, linkProblem, localeIn, type SiteContext } from '../../web/responses.tsx'
import { linkIn } from './action-link.ts'
import { type DraftKind, openCampaign } from './draft-kind.ts'
import { DraftDonePage, NoDraftPage } from './pages.tsx'

/** Shows and confirms drafts of this kind by their links. GET changes nothing, because mail scanners follow every link. */
export const draftConfirmation = <D extends { email: string }>(kind: DraftKind<D>): ConfirmationKind => ({
  async show(c, token) {
    const { settings } = c.var
    const link = linkIn(token)
    if (link === null) return linkProblem(c, 'malformed')
    const { campaign: slug, id } = link
    const [campaign, draft, wishes] = await Promise.all([
      openCampaign(c, slug),
      kind.find(c.env, slug, id),
      kind.wishes?.(c.env, slug),
    ])
    const page = { of: kind.of, locale: localeOf(c, kind, draft), settings }
    if (campaign === null) return linkPage(c, <NoDraftPage kind="over" {...page} />, 410)
    if (draft === null) return linkPage(c, <NoDraftPage kind="gone" {...page} />, 410)
    if (typeof draft === 'string')
      return linkPage(c, <DraftDonePage kind={draft} campaign={campaign} wishes={wishes} {...page} />)
    const path = c.req.param('token') ?? ''
    return linkPage(c, kind.page({ locale: page.locale, settings, campaign, wishes, draft, token: path }))
  },

  async confirm(c, token) {
    const { settings } = c.var
    const link = linkIn(token)
    if (link === null) return linkProblem(c, 'malformed')
    const { campaign: slug, id } = link
    const draft = await kind.find(c.env, slug, id)
    const page = { of: kind.of, locale: localeOf(c, kind, draft), settings }
    const done = await kind.confirm(c.env, slug, id)
    if (done.kind !== 'gone' && draft !== null && typeof draft !== 'string') answered(c, draft.email)
    const [campaign, wishes] = await Promise.all([catalogue(c.env.CONTENT).find(slug), kind.wishes?.(c.env, slug)])
    if (done.kind === 'gone') return linkPage(c, <NoDraftPage kind="gone" {...page} />, 410)
    if (done.kind === 'over' || campaign === null) return linkPage(c, <NoDraftPage kind="over" {...page} />, 410)
    return linkPage(c, <DraftDonePage kind={done.kind} campaign={campaign} wishes={wishes} {...page} />)
  },

  /** A draft expires together with its link. */
  expired: (c) =>
    linkPage(
      c,
      <NoDraftPage of={kind.of} kind="gone" locale={localeIn(c, undefined)} settings={c.var.settings} />,
      410,
    ),
})

/** Ends the limits on mails to the writer's mailbox, whose owner has pressed the button. */
function answered(c: SiteContext, email: string): void {
  const address = normaliseAddress(email)
  if (address.ok) inBackground(c, 'answer not counted', reportAnswer(c.env, c.var.settings, address.value))
}

const localeOf = <D extends object>(
  c: SiteContext,
  { localeOf }: DraftKind<D>,
  draft: D | 'confirmed' | 'held' | null,
): string => localeIn(c, draft === null || typeof draft === 'string' ? undefined : localeOf(draft))
