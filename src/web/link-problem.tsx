import { translator } from '../kit/page-texts.ts'
import { paths } from '../paths.ts'
import { MessagePage, type PageProps } from './message-pages.tsx'

export type LinkProblem = 'malformed' | 'expired' | 'left-since' | 'complained'

/** Tells what is wrong with a link, and where to get a new one: by a sign-up, or at `/my-data`. Nowhere for who complained. */
export function LinkProblemPage({ kind, signUp, ...page }: PageProps & { kind: LinkProblem; signUp: boolean }) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t(`problem.${kind}.title`)} lead={t(`problem.${kind}.lead`)} {...page}>
      {kind !== 'complained' && (
        <p>
          <a class="button" href={signUp ? paths.signUp(page.locale) : paths.myData(page.locale)}>
            {t(signUp ? 'problem.sign-up' : 'problem.my-data')}
          </a>
        </p>
      )}
    </MessagePage>
  )
}
