using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Programmes;

/// <summary>A time bank begins: a technical fund for its hours and points. Nothing is booked before two people agree on its first rules.</summary>
public sealed record OpenProgramme(Guid Key, string Code, string Name) : Command<int>(Key)
{
    /// <summary>Code or name is missing, too long, or another fund's.</summary>
    public const string BadName = "programme.bad-name";

    private const int LongestCode = 16, LongestName = 60;

    internal static readonly Role[] Openers = [Role.Accountant, Role.Admin];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Openers).ForWholeBook());

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        (string code, string name) = (PlainText.Of(Code).ToUpperInvariant(), PlainText.Of(Name));
        IReadOnlyList<Fund> funds = await work.Funds(ct);
        if (code.Length is 0 or > LongestCode || !code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            || name.Length is 0 or > LongestName
            || funds.Any(fund => fund.Code == code || fund.Name == name))
        {
            throw new RefusedException(BadName, ("code", code), ("name", name));
        }

        Fund programme = new()
        {
            BookId = work.Book,
            FundId = funds.Max(fund => fund.FundId) + 1,
            Code = code,
            Name = name,
            Kind = FundKind.Programme,
            DefaultRestriction = Restriction.Unrestricted,
            OpenedOn = work.Today,
        };
        work.Db.Add(programme);
        await work.Db.SaveChangesAsync(ct);
        return programme.FundId;
    }
}
