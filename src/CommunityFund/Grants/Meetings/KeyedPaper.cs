using System.Globalization;
using System.Text;

namespace CommunityFund.Grants.Meetings;

/// <summary>What a ballot out of the box is.</summary>
public enum PaperKind
{
    /// <summary>有效票.</summary>
    Valid,

    /// <summary>废票: kept, and counted as said by nobody.</summary>
    Spoiled,

    /// <summary>未投: handed out and not found in the box.</summary>
    Absent,
}

/// <summary>The criteria ticked for a project, counted from 1.</summary>
public sealed record ProjectTicks(long Grant, IReadOnlyList<int> Criteria)
{
    /// <summary>Bit 0 is criterion 1.</summary>
    internal short Bits => (short)Criteria.Distinct().Sum(no => 1 << (no - 1));

    internal static IReadOnlyList<int> Of(int bits) => [.. Enumerable.Range(1, 8).Where(no => (bits & (1 << (no - 1))) != 0)];
}

/// <summary>A ballot as a clerk read it.</summary>
/// <param name="Nonce">Key of the form: so that equal ballots leave unequal traces in the log.</param>
public sealed record KeyedPaper(Guid Nonce, PaperKind Kind, IReadOnlyList<ProjectTicks> Ticks)
{
    /// <summary>The same for equal readings, whatever order they were typed in.</summary>
    internal string Text() => Kind != PaperKind.Valid ? Kind.ToString()
        : $"{Kind} {string.Join(';', Ticks.Where(tick => tick.Bits != 0).OrderBy(tick => tick.Grant)
            .Select(tick => string.Create(CultureInfo.InvariantCulture, $"{tick.Grant}:{tick.Bits}")))}";

    internal byte[] Bytes() => Encoding.UTF8.GetBytes(Text());

    internal static KeyedPaper Read(byte[] bytes)
    {
        string[] parts = Encoding.UTF8.GetString(bytes).Split(' ', 2);
        return new KeyedPaper(Guid.Empty, Enum.Parse<PaperKind>(parts[0]), parts.Length < 2 ? []
            : [.. parts[1].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':'))
                .Select(pair => new ProjectTicks(long.Parse(pair[0], CultureInfo.InvariantCulture),
                    ProjectTicks.Of(int.Parse(pair[1], CultureInfo.InvariantCulture))))]);
    }
}
