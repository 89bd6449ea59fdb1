import { Hono } from 'hono'
import { supportContacts, takesEndorsements } from '../../campaigns/public-submissions.ts'
import { actionsOf } from '../../objects.ts'
import { paths, ROUTES } from '../../paths.ts'
import type { Site } from '../../web/responses.tsx'
import {
  confirmDraft,
  type DraftForm,
  type DraftKind,
  leadToForm,
  showDraft,
  showForm,
  takeForm,
} from '../drafts/routes-draft.tsx'
import type { VoiceDraft } from './submission.ts'
import { ENDORSEMENT_FIELDS, readEndorsement, readSupport, SUPPORT_FIELDS } from './submission-fields.ts'
import { ConfirmVoicePage, EndorsePage, SupportPage } from './submission-pages.tsx'

/** Messages to the workers, and organisations that sign on. */
export const voiceRoutes = new Hono<Site>()

const voices: DraftKind<VoiceDraft> = {
  of: 'voice',
  keep: async (env, slug, draft) => actionsOf(env, slug).keepVoice(slug, draft),
  drop: async (env, slug, id) => actionsOf(env, slug).dropVoice(id),
  find: async (env, slug, id) => actionsOf(env, slug).voiceDraft(id),
  confirm: async (env, slug, id) => actionsOf(env, slug).confirmVoice(id),
  localeOf: ({ voice }) => voice.locale,
  page: ({ draft, ...page }) => <ConfirmVoicePage said={draft.voice} {...page} />,
}

const support: DraftForm<VoiceDraft> = {
  kind: voices,
  fields: SUPPORT_FIELDS,
  isTaken: (campaign) => supportContacts(campaign).length > 0,
  path: paths.support,
  read: readSupport,
  page: (props) => <SupportPage {...props} />,
}

const endorsement: DraftForm<VoiceDraft> = {
  kind: voices,
  fields: ENDORSEMENT_FIELDS,
  isTaken: takesEndorsements,
  path: paths.endorse,
  read: readEndorsement,
  page: (props) => <EndorsePage {...props} />,
}

voiceRoutes.get(ROUTES.support, showForm(support))
voiceRoutes.get(ROUTES.messages, leadToForm(support))
voiceRoutes.post(ROUTES.messages, takeForm(support))
voiceRoutes.get(ROUTES.endorse, showForm(endorsement))
voiceRoutes.get(ROUTES.endorsements, leadToForm(endorsement))
voiceRoutes.post(ROUTES.endorsements, takeForm(endorsement))
voiceRoutes.get(ROUTES.confirm, showDraft(voices))
voiceRoutes.post(ROUTES.confirm, confirmDraft(voices))
