import type { Campaign } from '../../campaigns/campaign.ts'
import { askMailbox } from '../../mailbox/asked/ask-mailbox.ts'
import { paths } from '../../paths.ts'
import { type FormFields, fieldText } from '../../web/fields.ts'
import { kindOfBody, readBody, refillValues } from '../../web/form-body.ts'
import type { FormError, FormValues } from '../../web/form-fields.tsx'
import {
  clientIpOf,
  inBackground,
  isWithinClientLimit,
  linkPage,
  localeIn,
  refusalResponse,
  renewStamp,
  requestOrigin,
  type SiteContext,
  withinStampLimit,
} from '../../web/responses.tsx'
import { humanCheck } from '../../web/turnstile.ts'
import { type DraftForm, endedCampaign, openCampaign, shownWishes } from './draft-kind.ts'
import { DraftSentPage, NoDraftPage } from './pages.tsx'
import { submitDraft } from './submit-draft.ts'

/** Handles GET of a form's page. With `?sent=1` the page says that the mail was sent. */
export const showForm =
  <D,>(form: DraftForm<D>) =>
  async (c: SiteContext) => {
    const { settings } = c.var
    const locale = c.req.param('locale') ?? ''
    if (!settings.locales.includes(locale)) return c.notFound()
    const campaign = await openCampaign(c, c.req.param('slug'))
    const ended = campaign === null ? await endedCampaign(c, c.req.param('slug')) : null
    if (ended !== null) {
      const page = { of: form.kind.of, locale, settings }
      return linkPage(c, <NoDraftPage kind="over" campaign={ended} {...page} />, 410)
    }
    if (campaign === null || !form.accepts(campaign)) return c.notFound()
    if (c.req.query('sent') === '1')
      return linkPage(c, <DraftSentPage of={form.kind.of} locale={locale} settings={settings} campaign={campaign} />)
    return formPage(c, form, locale, campaign)
  }

/** Handles GET of a form's action. A visitor who reloads a page with errors is led back to the form. */
export const redirectToForm =
  <D,>(form: DraftForm<D>) =>
  async (c: SiteContext) => {
    const campaign = await openCampaign(c, c.req.param('slug'))
    const slug = campaign?.slug ?? (await endedCampaign(c, c.req.param('slug')))
    return slug === null ? c.notFound() : c.redirect(form.path(localeIn(c, undefined), slug), 303)
  }

/** Handles POST of a form: stores the draft, sends its link, and redirects; or shows the form with its errors. */
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
    const fields = await withinStampLimit(c, body.fields)
    const locale = localeIn(c, fieldText(fields, 'locale'))
    const campaign = await openCampaign(c, slug)
    if (campaign === null || !form.accepts(campaign))
      return linkPage(c, <NoDraftPage of={of} kind="over" locale={locale} settings={settings} />, 410)
    const result = await submitDraft(
      {
        of,
        now: Date.now(),
        keys: settings.keys,
        parse: (typed, language) => form.parse(typed, language, campaign),
        ...(settings.turnstile && { isHuman: humanCheck(settings.turnstile, fields) }),
        store: (draft: D) => form.kind.store(c.env, slug, draft),
        // After the answer, whose time would reveal what the mailbox got before.
        delete: (id) => inBackground(c, 'draft not deleted', form.kind.delete(c.env, slug, id)),
        ask: (mail, asked) => askMailbox(c.env, settings, mail, asked, clientIpOf(c)),
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

type RejectedForm = { fields: FormFields; errors: readonly FormError[] }

/** The form, empty or refilled with what was rejected (status 422). */
async function formPage<D>(
  c: SiteContext,
  form: DraftForm<D>,
  locale: string,
  campaign: Campaign,
  { fields, errors }: RejectedForm = { fields: {}, errors: [] },
) {
  const values: FormValues = refillValues(fields, form.fields)
  const stamp = await renewStamp(c, fields, errors)
  const wishes = await shownWishes(c, campaign.slug)
  const page = form.page({ locale, settings: c.var.settings, campaign, wishes, stamp, values, errors })
  return c.html(page, errors.length > 0 ? 422 : 200, { 'cache-control': 'no-store' })
}
