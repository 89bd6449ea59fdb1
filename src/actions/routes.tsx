import { Hono } from 'hono'
import { carriedTargets } from '../campaigns/letters.ts'
import { actionsOf } from '../objects.ts'
import { paths, ROUTES } from '../paths.ts'
import type { Site } from '../web/responses.tsx'
import type { Draft } from './drafts/draft.ts'
import {
  confirmDraft,
  type DraftForm,
  type DraftKind,
  leadToForm,
  showDraft,
  showForm,
  takeForm,
} from './drafts/routes-draft.tsx'
import { LETTER_FIELDS, readLetter } from './letters/letter-fields.ts'
import { ConfirmLetterPage, WritePage } from './letters/write-page.tsx'
import { moderationRoutes } from './moderation/routes-moderation.tsx'
import { voiceRoutes } from './submissions/routes-submissions.tsx'

/** What people do beside signing up: write to those responsible, support the workers, decide about what others have said. */
export const actionRoutes = new Hono<Site>()

const letters: DraftKind<Draft> = {
  of: 'letter',
  keep: async (env, slug, draft) => actionsOf(env, slug).keepLetter(slug, draft),
  drop: async (env, slug, id) => actionsOf(env, slug).dropLetter(id),
  find: async (env, slug, id) => actionsOf(env, slug).letterDraft(id),
  confirm: async (env, slug, id) => actionsOf(env, slug).confirmLetter(id),
  localeOf: ({ locale }) => locale,
  page: ({ draft, ...page }) => <ConfirmLetterPage writer={draft} {...page} />,
}

const letter: DraftForm<Draft> = {
  kind: letters,
  fields: LETTER_FIELDS,
  isTaken: (campaign) => carriedTargets(campaign).length > 0,
  path: paths.write,
  read: readLetter,
  page: (props) => <WritePage {...props} />,
}

actionRoutes.get(ROUTES.write, showForm(letter))
actionRoutes.get(ROUTES.letters, leadToForm(letter))
actionRoutes.post(ROUTES.letters, takeForm(letter))
actionRoutes.get(ROUTES.confirm, showDraft(letters))
actionRoutes.post(ROUTES.confirm, confirmDraft(letters))
actionRoutes.route('/', voiceRoutes)
actionRoutes.route('/', moderationRoutes)
