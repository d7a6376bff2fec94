namespace CommunityFund.Banking;

/// <summary>
/// Names each line so that the same line in two overlapping files has one name: by the bank's serial, else by a hash of
/// its cells and its ordinal among equal lines, so that two equal genuine lines both stay. A fee often shares the serial
/// of its transfer: then the second one is called serial#2.
/// </summary>
internal sealed class LineIdentity
{
    /// <summary>A longer serial is some other text in the serial's column.</summary>
    public const int LongestSerial = 100;

    // Names that were given, and beside each how often it was asked for.
    private readonly Dictionary<TextKey, int> given = [];

    public void Expect(int names) => given.EnsureCapacity(names);

    /// <summary>Takes the next free name.</summary>
    /// <returns>Its ordinal.</returns>
    public int Take(string? serial, string stem)
    {
        TextKey key = TextKey.Of(stem);
        int ordinal = given.GetValueOrDefault(key);
        do
        {
            ordinal++;
        }
        while (!given.TryAdd(TextKey.Of(Spelled(serial, stem, ordinal)), 1));

        given[key] = ordinal;
        return ordinal;
    }

    public static string Spelled(string? serial, string stem, int ordinal) =>
        serial is not null && ordinal == 1 ? stem : $"{stem}#{ordinal}";
}
