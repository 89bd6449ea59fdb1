/** Invented people, whose words stand in the previews. */

import type { DigestMailEntry } from '../../src/emails/letters/digest.ts'
import type { Writer } from '../../src/emails/letters/letter.ts'

export const SAMPLE_WRITER: Writer = {
  name: 'Alex Sample',
  place: 'Farhaven',
  sentence: 'Here stands the sentence that a writer adds.',
}

/** Writers in three scripts: names and words keep their own direction in every mail. */
export const SAMPLE_ENTRIES: readonly DigestMailEntry[] = [
  { name: 'Alex Sample', place: 'Farhaven', text: SAMPLE_WRITER.sentence },
  { name: 'Айгүл Мысал', place: 'Алматы', text: 'Мұнда хат жазушының өз сөзі тұрады.' },
  { name: 'ليلى مثال', text: 'هنا تقف جملة كاتبة الرسالة.' },
]
