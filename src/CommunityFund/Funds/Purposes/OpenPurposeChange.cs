using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Funds.Purposes;

/// <summary>New words as they are to stand.</summary>
/// <param name="Classes">Classes of projects that a purpose allows; none: the words alone.</param>
/// <param name="Communities">Communities that an area allows; none: the words alone.</param>
public sealed record NewWords(
    ClauseKind Kind, [property: Personal] string Words, LocalDate? From = null, LocalDate? Until = null,
        IReadOnlyList<string>? Classes = null,
    IReadOnlyList<string>? Communities = null);

/// <summary>
/// 变更捐赠用途 is begun: which gifts, which new words, on what ground. Nothing changes yet; donors are asked, or the plan is filed anew.
/// </summary>
/// <param name="LiftsPrincipal">The donors agree too that the principal of their agreement is no longer kept.</param>
public sealed record OpenPurposeChange(
    Guid Key, int Fund, [property: Personal] string Reason, PurposeBasis Basis, string FilingNumber, LocalDate? FiledOn,
    IReadOnlyList<long> Lots, IReadOnlyList<NewWords> Words, bool LiftsPrincipal = false) : Command<long>(Key)
{
    /// <summary>At most so many gifts in a case.</summary>
    public const int Most = 300;

    /// <summary>No gift is chosen, or too many are.</summary>
    public const string NoGifts = "purpose.no-gifts";

    /// <summary>New words are missing, or stand twice for the same kind.</summary>
    public const string NoWords = "purpose.no-words";

    /// <summary>A plan filed anew has a number and a day that has come; consent has neither.</summary>
    public const string NotFiled = "purpose.not-filed";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Signing).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        long[] lots = [.. Lots.Distinct().Order()];
        if (lots.Length is 0 or > Most)
        {
            throw new RefusedException(NoGifts, ("limit", Most));
        }

        if (Words.Count == 0 || Words.DistinctBy(words => words.Kind).Count() < Words.Count)
        {
            throw new RefusedException(NoWords);
        }

        string number = FundSigners.Said(FilingNumber, 60, isNeeded: false);
        if (Basis == PurposeBasis.Refiling ? number.Length == 0 || FiledOn is null || FiledOn > work.Today : number.Length > 0
            || FiledOn is not null)
        {
            throw new RefusedException(NotFiled, ("today", work.Today));
        }

        PurposeChange change = new()
        {
            BookId = work.Book,
            FundId = (await work.FundById(Fund, ct)).FundId,
            Reason = FundSigners.Said(Reason, 300),
            Basis = Basis,
            FilingNumber = number,
            FiledOn = FiledOn,
            LiftsPrincipal = LiftsPrincipal,
            State = PurposeChangeState.Open,
            OpenedBy = work.ActorId,
            OpenedAt = work.Now,
        };
        work.Db.Add(change);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(lots.Select(lot => new PurposeChangeLot
        {
            BookId = work.Book,
            PurposeChangeId = change.PurposeChangeId,
            LotId = lot
        }));
        work.Db.AddRange(Words.Select(words => Clause(work, change.PurposeChangeId, words)));
        await work.Db.SaveChangesAsync(ct);
        return change.PurposeChangeId;
    }

    private static PurposeChangeClause Clause(Work work, long change, NewWords words)
    {
        bool isPeriod = words.Kind == ClauseKind.Period;
        if (isPeriod != (words.From ?? words.Until) is not null || words.From > words.Until)
        {
            throw new RefusedException(AddClause.BadPeriod);
        }

        string[] classes = words.Kind == ClauseKind.Purpose ? [.. (words.Classes ?? []).Distinct()] : [];
        return Array.Find(classes, key => ProjectClass.Find(key) is not { For.Count: 0 }) is { } unknown
            ? throw new RefusedException(Project.Unknown, ("typed", unknown))
            : new PurposeChangeClause
            {
                BookId = work.Book,
                PurposeChangeId = change,
                Kind = words.Kind,
                Words = FundSigners.Said(words.Words, 500),
                FromDay = words.From,
                UntilDay = words.Until,
                Classes = classes,
                Communities = words.Kind == ClauseKind.Area
                    ? [.. (words.Communities ?? []).Select(PlainText.Of).Where(name => name.Length is > 0 and <= 60).Distinct()] : [],
            };
    }
}
