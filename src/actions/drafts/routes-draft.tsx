import type { Campaign } from '../../campaigns/campaign.ts'
import { catalogue } from '../../campaigns/catalogue.ts'
import { campaignStatus } from '../../campaigns/page-status.ts'
import type { Result } from '../../kit/result.ts'
import { mailboxQueueOf } from '../../objects.ts'
import { paths } from '../../paths.ts'
import { mailboxOf, normaliseAddress } from '../../security/address.ts'
import type { ConfirmationKind } from '../../web/confirm-routes.ts'
import { type FormFields, fieldText } from '../../web/fields.ts'
import { kindOfBody, readBody, refillValues } from '../../web/form-body.ts'
import type { FormError, FormValues } from '../../web/form-fields.tsx'
import {
  isWithinClientLimit,
  linkPage,
  linkProblem,
  localeIn,
  refusalResponse,
  renewStamp,
  requestOrigin,
  type SiteContext,
} from '../../web/responses.tsx'
import { linkIn } from './action-link.ts'
import {
  DraftDonePage,
  type DraftFormProps,
  type DraftPageProps,
  DraftSentPage,
  type DraftSubject,
  NoDraftPage,
} from './pages.tsx'
import { submitDraft } from './submit-draft.ts'

/** The one way from a form to a link in a mailbox and its button, whatever is written. GET changes nothing: mail scanners follow every link. */

type DraftHtml = string | Promise<string>

/** A kind of draft and the part of the campaign's object that keeps it. */
export type DraftKind<D> = {
  of: DraftSubject
  store(env: Env, slug: string, draft: D): Promise<string | null>
  delete(env: Env, slug: string, id: string): Promise<void>
  find(env: Env, slug: string, id: string): Promise<D | 'confirmed' | null>
  confirm(env: Env, slug: string, id: string): Promise<{ kind: 'confirmed' | 'already' | 'gone' | 'over' }>
  localeOf(draft: D): string
  /** What is asked once more behind the link. */
  page(props: DraftPageProps & { draft: D; token: string }): DraftHtml
}

/** A form whose content becomes such a draft. */
export type DraftForm<D> = {
  kind: DraftKind<D>
  fields: readonly string[]
  /** Of a campaign that is open: whether it takes any. */
  accepts(campaign: Campaign): boolean
  path(locale: string, slug: string): string
  parse(fields: FormFields, locale: string): Result<D, FormError[]>
  page(props: DraftFormProps): DraftHtml
}

export const showForm =
  <D,>(form: DraftForm<D>) =>
  async (c: SiteContext) => {
    const { settings } = c.var
    const locale = c.req.param('locale') ?? ''
    const campaign = await openCampaign(c, c.req.param('slug'))
    if (campaign === null || !form.accepts(campaign) || !settings.locales.includes(locale)) return c.notFound()
    if (c.req.query('sent') === '1')
      return linkPage(c, <DraftSentPage of={form.kind.of} locale={locale} settings={settings} campaign={campaign} />)
    return formPage(c, form, locale, campaign)
  }

/** A page that came back with its faults stands at the path it was sent to: whoever loads it again is led to the form. */
export const redirectToForm =
  <D,>(form: DraftForm<D>) =>
  (c: SiteContext) =>
    c.redirect(form.path(localeIn(c, undefined), c.req.param('slug') ?? ''), 303)

export const submitForm =
  <D extends { email: string }>(form: DraftForm<D>) =>
  async (c: SiteContext) => {
    const { settings } = c.var
    const { of } = form.kind
    const slug = c.req.param('slug') ?? ''
    const own = requestOrigin(c).kind === 'own' && kindOfBody(c.req.raw) === 'form'
    if (!own) return refusalResponse(c, localeIn(c, undefined), 'refused')
    if (!(await isWithinClientLimit(c, true))) return refusalResponse(c, localeIn(c, undefined), 'too-many')
    const body = await readBody(c.req.raw)
    if (!('fields' in body)) return refusalResponse(c, localeIn(c, undefined), body.kind)
    const { fields } = body
    const locale = localeIn(c, fieldText(fields, 'locale'))
    const campaign = await openCampaign(c, slug)
    if (campaign === null || !form.accepts(campaign))
      return linkPage(c, <NoDraftPage of={of} kind="over" locale={locale} settings={settings} />, 410)
    const result = await submitDraft(
      {
        of,
        now: Date.now(),
        keys: settings.keys,
        publicUrl: settings.publicUrl,
        parse: form.parse,
        store: (draft: D) => form.kind.store(c.env, slug, draft),
        delete: (id) => form.kind.delete(c.env, slug, id),
        async enqueue(mail, once) {
          const address = normaliseAddress(mail.to.address)
          if (!address.ok) throw new Error('a draft holds an address that is none')
          return mailboxQueueOf(c.env, await settings.fingerprint(mailboxOf(address.value))).enqueue(mail, once)
        },
      },
      slug,
      fields,
      locale,
    )
    if (result.kind === 'asked') return c.redirect(paths.sent(form.path(locale, slug)), 303)
    if (result.kind === 'full')
      return linkPage(c, <NoDraftPage of={of} kind="full" locale={locale} settings={settings} />, 503)
    return formPage(c, form, locale, campaign, { fields, errors: result.faults })
  }

/** Confirming a draft of this kind, by the link that names it. */
export const draftConfirmation = <D extends object>(kind: DraftKind<D>): ConfirmationKind => ({
  async show(c, token) {
    const { settings } = c.var
    const link = linkIn(token)
    if (link === null) return linkProblem(c, 'malformed')
    const { campaign: slug, id } = link
    const [campaign, draft] = await Promise.all([openCampaign(c, slug), kind.find(c.env, slug, id)])
    const page = { of: kind.of, locale: localeOf(c, kind, draft), settings }
    if (campaign === null) return linkPage(c, <NoDraftPage kind="over" {...page} />, 410)
    if (draft === null) return linkPage(c, <NoDraftPage kind="gone" {...page} />, 410)
    if (draft === 'confirmed') return linkPage(c, <DraftDonePage kind="confirmed" campaign={campaign} {...page} />)
    const path = c.req.param('token') ?? ''
    return linkPage(c, kind.page({ locale: page.locale, settings, campaign, draft, token: path }))
  },

  async confirm(c, token) {
    const { settings } = c.var
    const link = linkIn(token)
    if (link === null) return linkProblem(c, 'malformed')
    const { campaign: slug, id } = link
    const page = { of: kind.of, locale: localeOf(c, kind, await kind.find(c.env, slug, id)), settings }
    const done = await kind.confirm(c.env, slug, id)
    const campaign = await catalogue(c.env.CONTENT).find(slug)
    if (done.kind === 'gone') return linkPage(c, <NoDraftPage kind="gone" {...page} />, 410)
    if (done.kind === 'over' || campaign === null) return linkPage(c, <NoDraftPage kind="over" {...page} />, 410)
    return linkPage(c, <DraftDonePage kind={done.kind} campaign={campaign} {...page} />)
  },

  /** The draft went when its link did. */
  expired: (c) =>
    linkPage(
      c,
      <NoDraftPage of={kind.of} kind="gone" locale={localeIn(c, undefined)} settings={c.var.settings} />,
      410,
    ),
})

const localeOf = <D extends object>(
  c: SiteContext,
  { localeOf }: DraftKind<D>,
  draft: D | 'confirmed' | null,
): string => localeIn(c, draft === null || draft === 'confirmed' ? undefined : localeOf(draft))

/** The campaign, if people may act in it now. */
async function openCampaign(c: SiteContext, slug: string | undefined): Promise<Campaign | null> {
  const campaign = slug === undefined ? null : await catalogue(c.env.CONTENT).find(slug)
  return campaign !== null && campaignStatus(campaign, Date.now()) === 'open' ? campaign : null
}

type RejectedForm = { fields: FormFields; errors: readonly FormError[] }

async function formPage<D>(
  c: SiteContext,
  form: DraftForm<D>,
  locale: string,
  campaign: Campaign,
  { fields, errors }: RejectedForm = { fields: {}, errors: [] },
) {
  const values: FormValues = refillValues(fields, form.fields)
  const stamp = await renewStamp(c, fields, errors)
  const page = form.page({ locale, settings: c.var.settings, campaign, stamp, values, errors })
  return c.html(page, errors.length > 0 ? 422 : 200, { 'cache-control': 'no-store' })
}
