import type { Campaign } from '../../campaigns/campaign.ts'
import { catalogue } from '../../campaigns/catalogue.ts'
import { standingOf } from '../../campaigns/page-status.ts'
import type { Result } from '../../kit/result.ts'
import { postboxOf } from '../../objects.ts'
import { paths } from '../../paths.ts'
import { mailboxOf, normalise } from '../../security/address.ts'
import { type Fields, textOf } from '../../web/fields.ts'
import { kindOfBody, readBody, shownAgain } from '../../web/form-body.ts'
import type { FormError, FormValues } from '../../web/form-fields.tsx'
import { type Here, linkPage, localeIn, mayGoOn, refuse, senderTo, stampAgain } from '../../web/responses.tsx'
import { readLink } from './action-link.ts'
import { type CaseProps, DraftDonePage, type Drafted, DraftSentPage, type FormProps, NoDraftPage } from './pages.tsx'
import { write } from './submit-draft.ts'

/** The one way from a form to a link in a mailbox and its button, whatever is written. GET changes nothing: mail scanners follow every link. */

type Html = string | Promise<string>

/** A kind of draft and the part of the campaign's object that keeps it. */
export type DraftKind<D> = {
  of: Drafted
  keep(env: Env, slug: string, draft: D): Promise<string | null>
  drop(env: Env, slug: string, id: string): Promise<void>
  find(env: Env, slug: string, id: string): Promise<D | 'confirmed' | null>
  confirm(env: Env, slug: string, id: string): Promise<{ kind: 'confirmed' | 'already' | 'gone' | 'over' }>
  localeOf(draft: D): string
  /** What is asked once more behind the link. */
  page(props: CaseProps & { draft: D; token: string }): Html
}

/** A form whose content becomes such a draft. */
export type DraftForm<D> = {
  kind: DraftKind<D>
  fields: readonly string[]
  /** Of a campaign that is open: whether it takes any. */
  isTaken(campaign: Campaign): boolean
  path(locale: string, slug: string): string
  read(fields: Fields, locale: string): Result<D, FormError[]>
  page(props: FormProps): Html
}

export const showForm =
  <D,>(form: DraftForm<D>) =>
  async (c: Here) => {
    const { settings } = c.var
    const locale = c.req.param('locale') ?? ''
    const campaign = await openCampaign(c, c.req.param('slug'))
    if (campaign === null || !form.isTaken(campaign) || !settings.locales.includes(locale)) return c.notFound()
    if (c.req.query('sent') === '1')
      return linkPage(c, <DraftSentPage of={form.kind.of} locale={locale} settings={settings} campaign={campaign} />)
    return formPage(c, form, locale, campaign)
  }

/** A page that came back with its faults stands at the path it was sent to: whoever loads it again is led to the form. */
export const leadToForm =
  <D,>(form: DraftForm<D>) =>
  (c: Here) =>
    c.redirect(form.path(localeIn(c, undefined), c.req.param('slug') ?? ''), 303)

export const takeForm =
  <D extends { email: string }>(form: DraftForm<D>) =>
  async (c: Here) => {
    const { settings } = c.var
    const { of } = form.kind
    const slug = c.req.param('slug') ?? ''
    const own = senderTo(c).kind === 'own' && kindOfBody(c.req.raw) === 'form'
    if (!own) return refuse(c, localeIn(c, undefined), 'refused')
    if (!(await mayGoOn(c, true))) return refuse(c, localeIn(c, undefined), 'too-many')
    const body = await readBody(c.req.raw)
    if (!('fields' in body)) return refuse(c, localeIn(c, undefined), body.kind)
    const { fields } = body
    const locale = localeIn(c, textOf(fields, 'locale'))
    const campaign = await openCampaign(c, slug)
    if (campaign === null || !form.isTaken(campaign))
      return linkPage(c, <NoDraftPage of={of} kind="over" locale={locale} settings={settings} />, 410)
    const written = await write(
      {
        of,
        now: Date.now(),
        keys: settings.keys,
        publicUrl: settings.publicUrl,
        read: form.read,
        keep: (draft: D) => form.kind.keep(c.env, slug, draft),
        drop: (id) => form.kind.drop(c.env, slug, id),
        async post(mail, once) {
          const address = normalise(mail.to.address)
          if (!address.ok) throw new Error('a draft holds an address that is none')
          return postboxOf(c.env, await settings.fingerprint(mailboxOf(address.value))).post(mail, once)
        },
      },
      slug,
      fields,
      locale,
    )
    if (written.kind === 'asked') return c.redirect(paths.sent(form.path(locale, slug)), 303)
    if (written.kind === 'full')
      return linkPage(c, <NoDraftPage of={of} kind="full" locale={locale} settings={settings} />, 503)
    return formPage(c, form, locale, campaign, { fields, errors: written.faults })
  }

type Next = () => Promise<void>

/** A link to confirm is of a sign-up or of one of several kinds of drafts: what is not this kind's goes on to the next. */
export const showDraft =
  <D extends object>(kind: DraftKind<D>) =>
  async (c: Here, next: Next) => {
    const { settings } = c.var
    const token = c.req.param('token') ?? ''
    const read = await readLink(settings.keys, kind.of, token, Date.now())
    if (!read.ok) return read.error === 'expired' ? expired(c, kind) : next()
    const { campaign: slug, id } = read.value
    const [campaign, draft] = await Promise.all([openCampaign(c, slug), kind.find(c.env, slug, id)])
    const page = { of: kind.of, locale: localeOf(c, kind, draft), settings }
    if (campaign === null) return linkPage(c, <NoDraftPage kind="over" {...page} />, 410)
    if (draft === null) return linkPage(c, <NoDraftPage kind="gone" {...page} />, 410)
    if (draft === 'confirmed') return linkPage(c, <DraftDonePage kind="confirmed" campaign={campaign} {...page} />)
    return linkPage(c, kind.page({ locale: page.locale, settings, campaign, draft, token }))
  }

export const confirmDraft =
  <D extends object>(kind: DraftKind<D>) =>
  async (c: Here, next: Next) => {
    const { settings } = c.var
    const read = await readLink(settings.keys, kind.of, c.req.param('token') ?? '', Date.now())
    if (!read.ok) return read.error === 'expired' ? expired(c, kind) : next()
    const { campaign: slug, id } = read.value
    const page = { of: kind.of, locale: localeOf(c, kind, await kind.find(c.env, slug, id)), settings }
    const done = await kind.confirm(c.env, slug, id)
    const campaign = await catalogue(c.env.CONTENT).find(slug)
    if (done.kind === 'gone') return linkPage(c, <NoDraftPage kind="gone" {...page} />, 410)
    if (done.kind === 'over' || campaign === null) return linkPage(c, <NoDraftPage kind="over" {...page} />, 410)
    return linkPage(c, <DraftDonePage kind={done.kind} campaign={campaign} {...page} />)
  }

/** The draft went when its link did. */
const expired = <D extends object>(c: Here, { of }: DraftKind<D>) =>
  linkPage(c, <NoDraftPage of={of} kind="gone" locale={localeIn(c, undefined)} settings={c.var.settings} />, 410)

const localeOf = <D extends object>(c: Here, { localeOf }: DraftKind<D>, draft: D | 'confirmed' | null): string =>
  localeIn(c, draft === null || draft === 'confirmed' ? undefined : localeOf(draft))

/** The campaign, if people may act in it now. */
async function openCampaign(c: Here, slug: string | undefined): Promise<Campaign | null> {
  const campaign = slug === undefined ? null : await catalogue(c.env.CONTENT).find(slug)
  return campaign !== null && standingOf(campaign, Date.now()) === 'open' ? campaign : null
}

type Refused = { fields: Fields; errors: readonly FormError[] }

async function formPage<D>(
  c: Here,
  form: DraftForm<D>,
  locale: string,
  campaign: Campaign,
  { fields, errors }: Refused = { fields: {}, errors: [] },
) {
  const values: FormValues = shownAgain(fields, form.fields)
  const stamp = await stampAgain(c, fields, errors)
  const page = form.page({ locale, settings: c.var.settings, campaign, stamp, values, errors })
  return c.html(page, errors.length > 0 ? 422 : 200, { 'cache-control': 'no-store' })
}
