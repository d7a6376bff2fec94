using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>An agreement was signed with a donor and is written down; it binds once a second person has compared it with the paper.</summary>
/// <param name="Donor">Whom it was signed with, by name; found or added.</param>
/// <param name="Promised">Null if no sum is promised.</param>
/// <param name="FeePercent">Management fee, 0 to 100 with two decimals.</param>
/// <param name="Honours">冠名; empty for none.</param>
/// <param name="ReportDays">Days after the end of its period on which a report is due.</param>
public sealed record ProposeAgreement(
    Guid Key, string Number, [property: Personal] string Donor, PersonKind DonorKind, int Fund, LocalDate SignedOn, Amount? Promised,
    decimal FeePercent, [property: Personal] string Honours, ReportEvery ReportEvery, int ReportDays, Amount? PrincipalMinimum,
    [property: Personal] string ReturnClause, IReadOnlyList<ClauseDraft> Clauses, IReadOnlyList<Enclosure>? Papers = null) : Command<long>(Key)
{
    /// <summary>The number is missing or too long.</summary>
    public const string NumberMissing = "agreement.number-missing";

    /// <summary>Nobody is named to have signed it.</summary>
    public const string DonorMissing = "agreement.donor-missing";

    /// <summary>A fee is a percentage of at most two decimals.</summary>
    public const string BadFee = "agreement.bad-fee";

    /// <summary>A report is due within a year of its period's end, and a single one needs a period that ends.</summary>
    public const string BadReport = "agreement.bad-report";

    /// <summary>A text is too long.</summary>
    public const string TooLong = "agreement.too-long";

    /// <summary>It was signed in the future.</summary>
    public const string InTheFuture = "agreement.in-the-future";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string number = PlainText.Of(Number), honours = PlainText.Of(Honours), back = PlainText.Of(ReturnClause);
        Refuse(number.Length is 0 or > 60, NumberMissing, 60);
        Refuse(honours.Length > 100, TooLong, 100);
        Refuse(back.Length > 500, TooLong, 500);
        Refuse(FeePercent is < 0 or > 100 || FeePercent * 100 != Math.Truncate(FeePercent * 100), BadFee, 100);
        Refuse((ReportEvery == ReportEvery.None) != (ReportDays == 0) || ReportDays is < 0 or > 366
            || (ReportEvery == ReportEvery.End && !Clauses.Any(clause => clause.Until is not null)), BadReport, 366);
        if (SignedOn > work.Today)
        {
            throw new RefusedException(InTheFuture, ("day", SignedOn), ("today", work.Today));
        }

        await work.FundById(Fund, ct);
        GiftAgreement agreement = new()
        {
            BookId = work.Book,
            Number = number,
            DonorId = await Counterparty.FindOrAdd(work, DonorKind, Donor, ct) ?? throw new RefusedException(DonorMissing),
            FundId = Fund,
            SignedOn = SignedOn,
            Promised = Promised is { IsPositive: true } ? Promised.Units : null,
            FeeBasis = (short)(FeePercent * 100),
            Honours = honours,
            ReportEvery = ReportEvery,
            ReportDays = (short)ReportDays,
            PrincipalMinimum = PrincipalMinimum?.Units ?? 0,
            ReturnClause = back,
            State = PromiseState.Proposed,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(agreement);
        await work.Db.SaveChangesAsync(ct);
        await AgreedClause.Write(work, Clauses, agreement.GiftAgreementId, null, ct);
        await AgreementPaper.Keep(work, agreement.GiftAgreementId, Papers ?? [], ct);
        return agreement.GiftAgreementId;
    }

    private static void Refuse(bool wrong, string code, int limit)
    {
        if (wrong)
        {
            throw new RefusedException(code, ("limit", limit));
        }
    }
}
