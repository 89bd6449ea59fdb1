/** A text of several lines as somebody typed it: paragraphs at its empty lines, and its own direction, whatever the page's is. */
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
