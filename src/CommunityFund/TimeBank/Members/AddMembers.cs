using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;

namespace CommunityFund.TimeBank.Members;

/// <summary>One person of a list.</summary>
public sealed record MemberLine([property: Personal] string Name, string Community = "", [property: Personal] string Household = "");

/// <summary>Many people of one kind at once, as they stand in a list; all of them or none.</summary>
public sealed record AddMembers(Guid Key, int Programme, MemberKind Kind, IReadOnlyList<MemberLine> Lines) : Command<int>(Key)
{
    /// <summary>Nobody is named, or more than are taken at once.</summary>
    public const string NoLines = "member.no-lines";

    /// <summary>A line stands twice in the list.</summary>
    public const string LineTwice = "member.line-twice";

    private const int Longest = 500;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Programmes.Programme.Hands).For(Programme));

    /// <returns>How many take part now who did not.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        MemberLine[] lines =
            [.. Lines.Select(line => new MemberLine(PlainText.Of(line.Name), PlainText.Of(line.Community), PlainText.Of(line.Household)))];
        if (lines.Length is 0 or > Longest)
        {
            throw new RefusedException(NoLines, ("limit", Longest));
        }

        // Two people may have one name; in one list, at one place, it is rather a line copied twice.
        if (lines.GroupBy(line => line).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new RefusedException(LineTwice, ("name", twice.Key.Name));
        }

        foreach (MemberLine line in lines)
        {
            await new AddMember(Key, Programme, Kind, line.Name, line.Community, line.Household).Apply(work, ct);
        }

        return lines.Length;
    }
}
