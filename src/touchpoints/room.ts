/** Room for so many at once; who finds none waits in turn. More than `most` at a time get in when it is empty. */
export function room(most: number) {
  const waiting: { size: number; enter: () => void }[] = [];
  let inside = 0;

  const admit = (): void => {
    for (let first = waiting[0]; first && (inside === 0 || inside + first.size <= most); first = waiting[0]) {
      waiting.shift();
      inside += first.size;
      first.enter();
    }
  };
  return {
    enter: (size: number): Promise<void> =>
      new Promise((enter) => {
        waiting.push({ size, enter });
        admit();
      }),
    leave: (size: number): void => {
      inside -= size;
      admit();
    },
  };
}
