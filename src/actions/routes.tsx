import { Hono } from 'hono'
import { deliverableTargets } from '../campaigns/letter-language.ts'
import { waysBesideForm } from '../campaigns/pages/writing/ways-to-write.ts'
import { campaignActionsOf } from '../objects.ts'
import { paths, ROUTES } from '../paths.ts'
import type { SiteEnv } from '../web/responses.tsx'
import { draftConfirmation } from './drafts/confirm-draft.tsx'
import type { LetterDraft } from './drafts/draft.ts'
import { type DraftForm, type DraftKind, openCampaign, shownWishes } from './drafts/draft-kind.ts'
import { redirectToForm, showForm, submitForm } from './drafts/routes-draft.tsx'
import { LETTER_FIELDS, parseLetter } from './letters/letter-fields.ts'
import { OtherWaysPage } from './letters/pages/other-ways.tsx'
import { ConfirmLetterPage, WritePage } from './letters/pages/write-page.tsx'
import { moderationRoutes } from './moderation/routes-moderation.tsx'
import { submissionRoutes } from './submissions/routes-submissions.tsx'

/** The pages of actions: letters, submissions, and moderation by link. */
export const actionRoutes = new Hono<SiteEnv>()

const letters: DraftKind<LetterDraft> = {
  of: 'letter',
  store: async (env, slug, draft) => campaignActionsOf(env, slug).storeLetterDraft(slug, draft),
  delete: async (env, slug, id) => campaignActionsOf(env, slug).deleteLetterDraft(id),
  find: async (env, slug, id) => campaignActionsOf(env, slug).findLetterDraft(id),
  confirm: async (env, slug, id) => campaignActionsOf(env, slug).confirmLetter(id),
  wishes: async (env, slug) => campaignActionsOf(env, slug).targetWishes(),
  localeOf: ({ locale }) => locale,
  page: ({ draft, ...page }) => <ConfirmLetterPage writer={draft} {...page} />,
}

export const letterConfirmation = draftConfirmation(letters)

const letter: DraftForm<LetterDraft> = {
  kind: letters,
  fields: LETTER_FIELDS,
  accepts: (campaign) => deliverableTargets(campaign).length > 0,
  path: paths.write,
  parse: parseLetter,
  page: (props) => <WritePage {...props} />,
}

/** Where this site sends no letters, the page shows the other ways to write. */
actionRoutes.get(ROUTES.write, async (c, next) => {
  const { settings } = c.var
  const locale = c.req.param('locale')
  const campaign = await openCampaign(c, c.req.param('slug'))
  if (campaign === null || letter.accepts(campaign) || waysBesideForm(campaign).length === 0) return next()
  if (!settings.locales.includes(locale)) return c.notFound()
  const wishes = await shownWishes(c, campaign.slug)
  return c.html(<OtherWaysPage locale={locale} settings={settings} campaign={campaign} wishes={wishes} />)
})
actionRoutes.get(ROUTES.write, showForm(letter))
actionRoutes.get(ROUTES.letters, redirectToForm(letter))
actionRoutes.post(ROUTES.letters, submitForm(letter))
actionRoutes.route('/', submissionRoutes)
actionRoutes.route('/', moderationRoutes)
