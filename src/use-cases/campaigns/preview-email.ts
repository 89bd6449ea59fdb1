import { type Campaign, wordsIn } from '../../campaigns/campaign.ts'
import type { Email } from '../../emails/message.ts'
import { type Preview, preview } from '../../emails/preview.ts'
import type { MailSender } from '../../emails/template/compile.ts'
import { errorMessage } from '../../kit/result.ts'

type PreviewInput = { email: Email; locale: string; updateId?: string | undefined }

type PreviewOutcome =
  | { kind: 'made'; preview: Preview }
  | { kind: 'no-such-update' }
  | { kind: 'cannot-be-made'; message: string }

/** Renders an e-mail of a campaign for an invented reader. An update without `updateId` is the newest. */
export async function previewEmail(
  campaign: Campaign,
  input: PreviewInput,
  sender: MailSender,
): Promise<PreviewOutcome> {
  const { email, locale, updateId } = input
  const { updates } = wordsIn(campaign, locale)
  const hasUpdate = updates.some(({ id }) => updateId === undefined || id === updateId)
  if (email === 'update' && !hasUpdate) return { kind: 'no-such-update' }
  try {
    return { kind: 'made', preview: await preview(campaign, email, locale, sender, updateId) }
  } catch (error) {
    return { kind: 'cannot-be-made', message: errorMessage(error) }
  }
}
