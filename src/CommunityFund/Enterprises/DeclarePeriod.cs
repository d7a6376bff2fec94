using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>
/// What an enterprise says of one period, entered with its accounts. The answers decide what the money is; a gift is as large as
/// the rule in
/// force says, anything else as its resolution or invoice says. It counts once another person has verified it.
/// </summary>
/// <param name="From">First day of the period.</param>
/// <param name="Stated">What a dividend's resolution or an invoice says, or who gives without an agreed share; a gift by a rule is worked
/// out.</param>
/// <param name="Papers">The accounts of the period: without them nothing is declared.</param>
public sealed record DeclarePeriod(
    Guid Key, long Enterprise, DeclaredSpan Span, LocalDate From, Amount Turnover, Amount Profit, GivenFor GivenFor, bool ByStake,
    Amount? Stated = null, IReadOnlyList<Enclosure>? Papers = null) : Command<long>(Key)
{
    /// <summary>The period does not begin where periods of its kind begin.</summary>
    public const string BadPeriod = "enterprise.bad-period";

    /// <summary>The period is not over.</summary>
    public const string NotOver = "enterprise.not-over";

    /// <summary>Turnover is below nothing, or the sum of a resolution or invoice is missing.</summary>
    public const string BadFigures = "enterprise.bad-figures";

    /// <summary>The period, or a part of it, is declared already.</summary>
    public const string Twice = "enterprise.declared-twice";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Keeping).For(await EnterpriseTerm.FundsOf(work, Enterprise, ct));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        await Enterprises.Enterprise.Of(work, Enterprise, ct);
        int months = Span switch { DeclaredSpan.Month => 1, DeclaredSpan.Quarter => 3, DeclaredSpan.Half => 6, _ => 12 };
        if (From.Day != 1 || (From.Month - 1) % months != 0)
        {
            throw new RefusedException(BadPeriod, ("day", From));
        }

        LocalDate until = EnterpriseDeclaration.LastDay(From, Span);
        if (until >= work.Today)
        {
            throw new RefusedException(NotOver, ("until", until));
        }

        EnterpriseTerm term = await EnterpriseTerm.On(work, Enterprise, until, ct);
        DeclaredDue due = DeclaredDue.Of(term, GivenFor, ByStake, Turnover, Profit, Stated);
        if (await work.Db.Set<EnterpriseDeclaration>().AnyAsync(row => row.BookId == work.Book && row.EnterpriseId == Enterprise
            && row.Nature == due.Nature && row.State != DeclarationState.Returned && row.FromDay <= until && row.UntilDay >= From,
                ct))
        {
            throw new RefusedException(Twice, ("from", From), ("until", until));
        }

        EnterpriseDeclaration row = new()
        {
            BookId = work.Book,
            EnterpriseId = Enterprise,
            EnterpriseTermId = term.EnterpriseTermId,
            Span = Span,
            FromDay = From,
            UntilDay = until,
            Turnover = Turnover.Units,
            Profit = Profit.Units,
            FiledDocumentId = await FiledDocument.Keep(work, Papers, ct),
            GivenFor = GivenFor,
            ByStake = ByStake,
            Nature = due.Nature,
            DueUnits = due.Due.Units,
            DueOn = work.Today.PlusDays(term.DaysToPay),
            State = DeclarationState.Declared,
            DeclaredBy = work.ActorId,
            DeclaredAt = work.Now,
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        return row.EnterpriseDeclarationId;
    }
}

/// <summary>What a declaration comes to: the nature by its answers, and the sum.</summary>
/// <param name="Steps">How the rule worked it out; null where a resolution or an invoice says the sum.</param>
internal sealed record DeclaredDue(IncomeNature Nature, Amount Due, ShareSteps? Steps)
{
    public static DeclaredDue Of(EnterpriseTerm term, GivenFor givenFor, bool byStake, Amount turnover, Amount profit,
        Amount? stated)
    {
        IncomeNature nature = NatureOf.Answers(givenFor, byStake);
        if (nature == IncomeNature.Dividend && term.StakePpm == 0)
        {
            throw new RefusedException(NatureOf.NoStake);
        }

        // An agreement that names no share leaves a gift to the giver, who may say how much.
        bool byRule = nature == IncomeNature.Gift && (term.Share != ShareKind.None || stated is null);
        if (turnover.IsNegative || (!byRule && stated is not { IsPositive: true }))
        {
            throw new RefusedException(DeclarePeriod.BadFigures);
        }

        ShareSteps? steps = byRule ? term.Rule.Of(turnover, profit) : null;
        return new DeclaredDue(nature, steps?.Due ?? stated!, steps);
    }
}
