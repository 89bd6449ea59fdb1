import type { Channels } from './definition.ts'
import type { Target } from './letters.ts'

/** Whether a sheet of paper can reach them: carried by the post, or through a fax machine. */
export const hasPostalChannel = ({ channels }: Pick<Target, 'channels'>): boolean =>
  channels.post !== undefined || channels.fax !== undefined

/** The ways on which no paper travels. */
export function nonPostalChannels({ channels }: Pick<Target, 'channels'>): Channels | null {
  const { post: _, fax: __, ...others } = channels
  return Object.keys(others).length === 0 ? null : others
}
