using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>An enterprise in the list.</summary>
/// <param name="Term">What is in force today, or waits as the first; null if it was dropped.</param>
/// <param name="TermWaits">Another person has to agree to a version.</param>
public sealed record EnterpriseRow(long Id, string Name, TermView? Term, bool TermWaits, Amount Due, Amount Overdue,
    Amount Received);

/// <summary>One declaration in a list.</summary>
/// <param name="DaysLate">Days since it was due, for what has not come; nought or less if it is not late.</param>
/// <param name="IsForMe">The reader is one who may move it on.</param>
public sealed record DeclarationRow(
    long Id, long EnterpriseId, string Enterprise, LocalDate From, LocalDate Until, DeclaredSpan Span, IncomeNature Nature,
        Amount Due, LocalDate DueOn,
    DeclarationState State, int DaysLate, bool IsForMe);

/// <summary>One activity by 慈善法 37.</summary>
public sealed record PledgeRow(
    long Id, long EnterpriseId, string Enterprise, string Title, string PerItem, string Fund, string Agreement,
        LocalDate AgreedOn, LocalDate StartsOn,
    LocalDate EndsOn, LocalDate DiscloseBy, LocalDate? DisclosedOn, string Where, long Paper, bool MustDisclose, bool IsLate);

/// <summary>The register of enterprises with what is open.</summary>
public sealed record EnterpriseDesk(
    IReadOnlyList<EnterpriseRow> Enterprises, IReadOnlyList<DeclarationRow> Open, IReadOnlyList<PledgeRow> Pledges, bool MayKeep);

/// <summary>What was agreed, as a page shows it.</summary>
public sealed record TermView(
    long Id, LocalDate InForceFrom, string Community, int StakePpm, Influence Influence, bool IsEquityMethod, bool IsRelated,
        string RelatedHow,
    ShareKind Share, int RatePpm, Amount Fixed, Amount Floor, Amount? Cap, short Decimals, short DaysToPay, int FundId,
        string Fund,
    Restriction Restriction, string Clause, string Agreement, long Paper, RegisterState State, string ProposedBy,
        Instant ProposedAt, string DecidedBy,
    bool MayAgree)
{
    internal static TermView Of(Work work, EnterpriseTerm row, IReadOnlyDictionary<int, Fund> funds, IReadOnlyDictionary<long,
        string> names) => new(
        row.EnterpriseTermId, row.InForceFrom, row.Community, row.StakePpm, row.Influence, row.IsEquityMethod, row.IsRelated,
            row.RelatedHow, row.Share,
        row.RatePpm, Amount.Fen(row.FixedUnits), Amount.Fen(row.FloorUnits), row.CapUnits is { } cap ? Amount.Fen(cap) : null,
            row.Decimals, row.DaysToPay,
        row.FundId, funds[row.FundId].Name, row.Restriction, row.Clause, row.Agreement, row.FiledDocumentId, row.State,
        names.GetValueOrDefault(row.ProposedBy, ""), row.ProposedAt, row.DecidedBy is { } by ? names.GetValueOrDefault(by, "")
            : "",
        row.State == RegisterState.Waiting && row.ProposedBy != work.Actor && work.Rights.Reaches(RegisterRoles.Agreeing,
            row.FundId));
}

/// <summary>All enterprises whose fund the reader's role reaches, what is due or late from them, and what is to be
/// published.</summary>
public sealed record EnterpriseList : Query<EnterpriseDesk>
{
    internal override Need Needs => Need.Any(RegisterRoles.Reading);

    internal override async Task<EnterpriseDesk> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        List<EnterpriseTerm> terms = await Terms(work).OrderBy(row => row.InForceFrom).ThenBy(row =>
            row.EnterpriseTermId).ToListAsync(ct);
        List<Enterprise> all = await work.Db.Set<Enterprise>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderBy(row => row.EnterpriseId).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [.. all.Select(row => (long?)row.PersonId),
            .. terms.SelectMany(row => new long?[] { row.ProposedBy, row.DecidedBy })], ct);
        Dictionary<long, string> called = all.ToDictionary(row => row.EnterpriseId, row => names[row.PersonId]);
        List<DeclarationRow> declared = await Declarations(work, terms, called, null, ct);
        List<EnterpriseRow> rows = [];
        foreach (Enterprise enterprise in all)
        {
            EnterpriseTerm[] own = [.. terms.Where(row => row.EnterpriseId == enterprise.EnterpriseId
                && row.State != RegisterState.Dropped)];
            if (own.Length == 0)
            {
                continue;
            }

            EnterpriseTerm shown = own.LastOrDefault(row => row.State == RegisterState.Agreed
                && row.InForceFrom <= work.Today) ?? own[0];
            DeclarationRow[] its = [.. declared.Where(row => row.EnterpriseId == enterprise.EnterpriseId)];
            rows.Add(new EnterpriseRow(enterprise.EnterpriseId, called[enterprise.EnterpriseId], TermView.Of(work, shown, funds,
                names),
                own.Any(row => row.State == RegisterState.Waiting), Sum(its.Where(IsOpen)),
                    Sum(its.Where(row => row.DaysLate > 0)),
                Sum(its.Where(row => row.State == DeclarationState.Received))));
        }

        return new EnterpriseDesk(rows,
            [.. declared.Where(row => row.State is not (DeclarationState.Received or DeclarationState.Waived
            or DeclarationState.Returned or DeclarationState.NothingDue)).OrderByDescending(row => row.DaysLate)],
            await Pledges(work, called, funds, null, ct),
            work.Rights.Holds([.. RegisterRoles.Keeping]));
    }

    /// <summary>Versions whose fund the reader's role reaches.</summary>
    internal static IQueryable<EnterpriseTerm> Terms(Work work)
    {
        int[] reached = [.. work.Rights.FundsOf([.. RegisterRoles.Reading])];
        return work.Db.Set<EnterpriseTerm>().AsNoTracking().Where(row => row.BookId == work.Book && reached.Contains(row.FundId));
    }

    internal static async Task<List<DeclarationRow>> Declarations(
        Work work, IReadOnlyList<EnterpriseTerm> terms, IReadOnlyDictionary<long, string> called, long? enterprise,
            CancellationToken ct)
    {
        long[] ids = [.. terms.Select(row => row.EnterpriseTermId)];
        List<EnterpriseDeclaration> rows = await work.Db.Set<EnterpriseDeclaration>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.EnterpriseTermId) && (enterprise == null
                || row.EnterpriseId == enterprise))
            .OrderByDescending(row => row.FromDay).ThenByDescending(row => row.EnterpriseDeclarationId).ToListAsync(ct);
        return
        [
            .. rows.Select(row => new DeclarationRow(row.EnterpriseDeclarationId, row.EnterpriseId, called[row.EnterpriseId],
                row.FromDay, row.UntilDay,
                row.Span, row.Nature, Amount.Fen(row.DueUnits), row.DueOn, row.State,
                row.State is DeclarationState.Due or DeclarationState.Waiving ? Period.DaysBetween(row.DueOn, work.Today) : 0,
                IsFor(work, row, terms.First(term => term.EnterpriseTermId == row.EnterpriseTermId).FundId))),
        ];
    }

    internal static async Task<List<PledgeRow>> Pledges(
        Work work, IReadOnlyDictionary<long, string> called, IReadOnlyDictionary<int, Fund> funds, long? enterprise,
            CancellationToken ct)
    {
        int[] reached = [.. work.Rights.FundsOf([.. RegisterRoles.Reading])];
        return
        [
            .. (await work.Db.Set<SalesPledge>().AsNoTracking()
                .Where(row => row.BookId == work.Book && reached.Contains(row.FundId) && (enterprise == null
                    || row.EnterpriseId == enterprise))
                .OrderBy(row => row.DisclosedOn != null).ThenBy(row => row.EndsOn).ToListAsync(ct))
                .Select(row => new PledgeRow(row.SalesPledgeId, row.EnterpriseId, called[row.EnterpriseId], row.Title,
                    row.PerItem, funds[row.FundId].Name,
                    row.Agreement, row.AgreedOn, row.StartsOn, row.EndsOn, row.DiscloseBy, row.DisclosedOn, row.DisclosedWhere,
                        row.FiledDocumentId,
                    row.DisclosedOn is null && row.EndsOn < work.Today, row.DisclosedOn is null && row.DiscloseBy < work.Today)),
        ];
    }

    private static bool IsOpen(DeclarationRow row) => row.State is DeclarationState.Due or DeclarationState.Waiving;

    private static Amount Sum(IEnumerable<DeclarationRow> rows) => Amount.Fen(rows.Sum(row => row.Due.Units));

    /// <summary>Nobody moves on what one entered.</summary>
    private static bool IsFor(Work work, EnterpriseDeclaration row, int fund) => row.State switch
    {
        DeclarationState.Declared => row.DeclaredBy != work.Actor && work.Rights.Reaches(RegisterRoles.Agreeing, fund),
        DeclarationState.Verified => work.Rights.Reaches(RegisterRoles.Keeping, fund),
        DeclarationState.Waiving => row.WaiverBy != work.Actor && work.Rights.Reaches(RegisterRoles.Agreeing, fund),
        _ => false,
    };
}
