/* What a build with sanitizers must report; see fuzz/sanitize.py. */

#include <stdint.h>
#include <stdlib.h>

int read_beyond(int count)
{
    int *numbers = malloc((size_t)count * sizeof(int));
    if (numbers == NULL)
        return 0;
    for (int i = 0; i < count; i++)
        numbers[i] = i;
    const int found = numbers[count];
    free(numbers);
    return found;
}

int add_beyond(int number)
{
    return number + 1;
}
