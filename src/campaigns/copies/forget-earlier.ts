import { PAGE_LOCALES } from '../../kit/page-texts.ts'
import { rendererOf } from '../../objects.ts'

/** Deletes mails, PDFs and pictures of earlier revisions: a name in them may be withdrawn. False if some may be left. */
export async function forgetEarlier(env: Pick<Env, 'RENDERER'>, slug: string, revision: string): Promise<boolean> {
  const renderers = PAGE_LOCALES.flatMap((locale) => [
    rendererOf(env, 'mail', locale),
    rendererOf(env, 'print', locale),
  ])
  const answers = await Promise.allSettled(renderers.map((renderer) => renderer.forgetEarlier(slug, revision)))
  return answers.every(({ status }) => status === 'fulfilled')
}
