/**
 * Text of several lines as typed by a person: empty lines separate paragraphs. The text's direction is independent of
 * the page.
 */
export const TextLines = ({ text }: { text: string }) => (
  <>
    {text.split('\n\n').map((paragraph) => (
      <p dir="auto">
        {paragraph.split('\n').map((line, n) => (
          <>
            {n > 0 && <br />}
            {line}
          </>
        ))}
      </p>
    ))}
  </>
)
