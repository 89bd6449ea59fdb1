import * as z from 'zod'
import type { Keyring } from '../../security/keyring.ts'
import { open, seal } from '../../security/vault.ts'

/** What somebody says beside the letters, without the address by which they confirmed it: nobody needs that once they have. */
const support = z.strictObject({
  kind: z.literal('support'), // a message to the workers
  locale: z.string(), // of the page it was written on
  name: z.string(),
  place: z.string().optional(),
  country: z.string().optional(),
  text: z.string(),
  shown: z.boolean(), // they agreed that it may stand on the campaign's page
})
const endorsement = z.strictObject({
  kind: z.literal('endorsement'), // an organisation that supports the campaign
  locale: z.string(),
  organisation: z.string(),
  place: z.string(),
  signer: z.string(),
  role: z.string(),
  country: z.string().optional(),
})
const reply = z.strictObject({
  kind: z.literal('reply'), // of a target, brought in by an organiser
  locale: z.string(), // of the text
  target: z.string(),
  date: z.string(), // calendar day of the reply
  text: z.string(),
})
export const voice = z.discriminatedUnion('kind', [support, endorsement, reply])
export type Voice = z.infer<typeof voice>
export type VoiceKind = Voice['kind']
export const VOICE_KINDS = ['support', 'endorsement', 'reply'] as const satisfies readonly VoiceKind[]
export type Support = z.infer<typeof support>
export type Endorsement = z.infer<typeof endorsement>
export type Reply = z.infer<typeof reply>

/** What waits for the button behind the link in its author's mailbox. */
export const voiceDraft = z.strictObject({
  email: z.string(),
  voice: z.discriminatedUnion('kind', [support, endorsement]),
})
export type VoiceDraft = z.infer<typeof voiceDraft>

/** Everything in it that people would read, in one text, for whoever looks for something in it. */
export const wordsIn = (said: Voice): string => {
  switch (said.kind) {
    case 'support':
      return [said.name, said.place, said.text].join('\n')
    case 'endorsement':
      return [said.organisation, said.place, said.signer, said.role].join('\n')
    case 'reply':
      return said.text
  }
}

const placeOf = (campaign: string, id: string): string => `${campaign}/${id}`

export const sealVoice = (keys: Keyring, campaign: string, id: string, said: Voice): Promise<string> =>
  seal(keys, 'voice', placeOf(campaign, id), said)

/** Null when it does not open: the keyring has lost a key that is still needed. */
export const openVoice = async (keys: Keyring, campaign: string, id: string, sealed: string): Promise<Voice | null> =>
  voice.safeParse(await open(keys, 'voice', placeOf(campaign, id), sealed)).data ?? null

export const sealVoiceDraft = (keys: Keyring, campaign: string, id: string, draft: VoiceDraft): Promise<string> =>
  seal(keys, 'voice-draft', placeOf(campaign, id), draft)

/** @throws Error when it does not open. */
export async function openVoiceDraft(keys: Keyring, campaign: string, id: string, sealed: string): Promise<VoiceDraft> {
  const opened = voiceDraft.safeParse(await open(keys, 'voice-draft', placeOf(campaign, id), sealed))
  if (!opened.success) throw new Error('a draft does not open: KEYRING must still hold the key that sealed it')
  return opened.data
}
