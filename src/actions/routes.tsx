import { Hono } from 'hono'
import type { Campaign } from '../campaigns/campaign.ts'
import { catalogue } from '../campaigns/catalogue.ts'
import { carriedTargets } from '../campaigns/letters.ts'
import { standingOf } from '../campaigns/standing.ts'
import { postboxOf } from '../dispatch/bindings.ts'
import type { FormError, FormValues } from '../kit/form.tsx'
import { paths, ROUTES } from '../paths.ts'
import { mailboxOf, normalise } from '../security/address.ts'
import { formStamp } from '../security/stamp.ts'
import { textOf } from '../supporters/fields.ts'
import { kindOfBody, readBody, shownAgain } from '../supporters/request.ts'
import {
  type Here,
  linkPage,
  linkProblem,
  localeIn,
  mayGoOn,
  refuse,
  type Site,
  senderTo,
} from '../supporters/routes-answers.tsx'
import { actionsOf } from './actions-of.ts'
import { type Draft, readLetterToken } from './draft.ts'
import { LETTER_FIELDS } from './letter-fields.ts'
import { ConfirmLetterPage, LetterSentPage, NoLetterPage, WritePage, WroteSentPage } from './write-page.tsx'
import { write } from './writing.ts'

/** Writing to those responsible. GET changes nothing: mail scanners follow every link. */
export const actionRoutes = new Hono<Site>()

actionRoutes.get(ROUTES.write, async (c) => {
  const locale = c.req.param('locale')
  const campaign = await writable(c, c.req.param('slug'))
  if (campaign === null || !c.var.settings.locales.includes(locale)) return c.notFound()
  if (c.req.query('sent') === '1')
    return linkPage(c, <WroteSentPage locale={locale} settings={c.var.settings} campaign={campaign} />)
  return writePage(c, locale, campaign, {})
})

actionRoutes.post(ROUTES.letters, async (c) => {
  const { settings } = c.var
  const slug = c.req.param('slug')
  const own = senderTo(c).kind === 'own' && kindOfBody(c.req.raw) === 'form'
  if (!own) return refuse(c, localeIn(c, undefined), 'refused')
  if (!(await mayGoOn(c, true))) return refuse(c, localeIn(c, undefined), 'too-many')
  const body = await readBody(c.req.raw)
  if (!('fields' in body)) return refuse(c, localeIn(c, undefined), body.kind)
  const { fields } = body
  const locale = localeIn(c, textOf(fields, 'locale'))
  const campaign = await writable(c, slug)
  if (campaign === null) return linkPage(c, <NoLetterPage kind="over" locale={locale} settings={settings} />, 410)
  const actions = actionsOf(c.env, slug)
  const written = await write(
    {
      now: Date.now(),
      keys: settings.keys,
      publicUrl: settings.publicUrl,
      keep: (draft) => actions.keepLetter(slug, draft),
      drop: (id) => actions.dropLetter(id),
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
  if (written.kind === 'asked') return c.redirect(paths.wrote(locale, slug), 303)
  if (written.kind === 'full') return linkPage(c, <NoLetterPage kind="full" locale={locale} settings={settings} />, 503)
  const tooFast = written.faults.some(({ message }) => message === 'fault.stamp.too-fast')
  const stamp = tooFast ? textOf(fields, 'stamp') : undefined // a new one would be too fast again
  return writePage(c, locale, campaign, { values: shownAgain(fields, LETTER_FIELDS), errors: written.faults, stamp })
})

// A link to confirm is of a sign-up or of a letter: what is not a letter's goes on to those who know sign-ups.

actionRoutes.get(ROUTES.confirm, async (c, next) => {
  const { settings } = c.var
  const token = c.req.param('token')
  const read = await readLetterToken(settings.keys, token, Date.now())
  if (!read.ok) return read.error === 'expired' ? linkProblem(c, 'expired') : next()
  const { campaign: slug, id } = read.value
  const [campaign, draft] = await Promise.all([writable(c, slug), actionsOf(c.env, slug).letterDraft(id)])
  const page = { locale: localeIn(c, localeOf(draft)), settings }
  if (campaign === null) return linkPage(c, <NoLetterPage kind="over" {...page} />, 410)
  if (draft === 'confirmed') return linkPage(c, <LetterSentPage kind="confirmed" campaign={campaign} {...page} />)
  if (draft === null) return linkPage(c, <NoLetterPage kind="gone" {...page} />, 410)
  return linkPage(c, <ConfirmLetterPage campaign={campaign} writer={draft} token={token} {...page} />)
})

actionRoutes.post(ROUTES.confirm, async (c, next) => {
  const { settings } = c.var
  const read = await readLetterToken(settings.keys, c.req.param('token'), Date.now())
  if (!read.ok) return read.error === 'expired' ? linkProblem(c, 'expired') : next()
  const { campaign: slug, id } = read.value
  const actions = actionsOf(c.env, slug)
  const draft = await actions.letterDraft(id)
  const page = { locale: localeIn(c, localeOf(draft)), settings }
  const done = await actions.confirmLetter(id)
  const campaign = await catalogue(c.env.CONTENT).find(slug)
  if (done.kind === 'gone') return linkPage(c, <NoLetterPage kind="gone" {...page} />, 410)
  if (done.kind === 'over' || campaign === null) return linkPage(c, <NoLetterPage kind="over" {...page} />, 410)
  return linkPage(c, <LetterSentPage kind={done.kind} campaign={campaign} {...page} />)
})

const localeOf = (draft: Draft | 'confirmed' | null): string | undefined =>
  draft === null || draft === 'confirmed' ? undefined : draft.locale

/** The campaign, if people may write with it now. */
async function writable(c: Here, slug: string): Promise<Campaign | null> {
  const now = Date.now()
  const campaign = await catalogue(c.env.CONTENT).find(slug)
  return campaign !== null && standingOf(campaign, now) === 'open' && carriedTargets(campaign).length > 0
    ? campaign
    : null
}

type WriteState = { values?: FormValues; errors?: readonly FormError[]; stamp?: string | undefined }

async function writePage(c: Here, locale: string, campaign: Campaign, { values = {}, errors = [], stamp }: WriteState) {
  const { settings } = c.var
  const given = stamp ?? (await formStamp(settings.keys, Date.now()))
  const shown = { locale, settings, campaign, stamp: given, values, errors }
  return c.html(<WritePage {...shown} />, errors.length > 0 ? 422 : 200, { 'cache-control': 'no-store' })
}
