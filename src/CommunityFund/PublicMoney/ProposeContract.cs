using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.PublicMoney;

/// <summary>A condition as the form says it.</summary>
public sealed record ConditionForm([property: Personal] string What, LocalDate Until);

/// <summary>An instalment as the form says it.</summary>
public sealed record InstalmentForm(Amount Amount, LocalDate DueOn);

/// <summary>A contract or grant letter of a government body is entered with the answers; another person agrees before any of its
/// money is
/// booked.</summary>
/// <param name="Payer">The government body, such as a street office.</param>
/// <param name="Papers">The contract or letter.</param>
public sealed record ProposeContract(
    Guid Key, string Payer, string Number, string Title, LocalDate SignedOn, Amount Amount, int Fund, Restriction Restriction,
    [property: Personal] string Clause, PublicReceiver Receiver, bool InExchange, bool MayChoose, bool MayChange, bool ReturnDuty,
    IReadOnlyList<ConditionForm> Conditions, IReadOnlyList<InstalmentForm> Instalments, IReadOnlyList<Enclosure>? Papers = null)
        : Command<long>(Key)
{
    /// <summary>Payer, number, title or the words of a restriction or condition are missing or too long.</summary>
    public const string WordsMissing = "public.words-missing";

    /// <summary>The instalments do not add up to the amount.</summary>
    public const string BadInstalments = "public.bad-instalments";

    /// <summary>What is paid for in exchange, or passes through, is bound by nobody.</summary>
    public const string NotRestricted = "public.not-restricted";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(RegisterRoles.Keeping).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        PublicNature nature = PublicContract.NatureOf(Receiver, InExchange, MayChoose, MayChange);
        if (nature != PublicNature.Subsidy && Restriction == Restriction.Restricted)
        {
            throw new RefusedException(NotRestricted, ("nature", Term.Of(nature)));
        }

        string told = PlainText.Of(Clause), clause = Restriction == Restriction.Unrestricted ? "" : told.Length > 0 ? told
            : fund.Clause;
        (string number, string title) = (PlainText.Of(Number), PlainText.Of(Title));
        if (number.Length is 0 or > 60 || title.Length is 0 or > 100 || (Restriction == Restriction.Restricted
            && clause.Length is 0 or > 500)
            || Conditions.Any(each => PlainText.Of(each.What).Length is 0 or > 200) || !fund.IsOwn)
        {
            throw new RefusedException(WordsMissing);
        }

        if (!Amount.IsPositive || Instalments.Count is 0 or > 60 || Instalments.Any(each => !each.Amount.IsPositive)
            || Instalments.Sum(each => each.Amount.Units) != Amount.Units)
        {
            throw new RefusedException(BadInstalments, ("amount", Amount));
        }

        PublicContract contract = new()
        {
            BookId = work.Book,
            PayerId = await Counterparty.FindOrAdd(work, PersonKind.Organisation, Payer,
                ct) ?? throw new RefusedException(WordsMissing),
            Number = number,
            Title = title,
            SignedOn = SignedOn,
            Units = Amount.Units,
            FundId = Fund,
            Restriction = Restriction,
            Clause = clause,
            FiledDocumentId = await FiledDocument.Keep(work, Papers, ct),
            Receiver = Receiver,
            InExchange = InExchange,
            MayChoose = MayChoose,
            MayChange = MayChange,
            ReturnDuty = ReturnDuty,
            Nature = nature,
            State = RegisterState.Waiting,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(contract);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Conditions.Select(each => new PublicCondition
        {
            BookId = work.Book,
            PublicContractId = contract.PublicContractId,
            What = PlainText.Of(each.What),
            UntilDay = each.Until,
            State = ConditionState.Open,
        }));
        work.Db.AddRange(Instalments.OrderBy(each => each.DueOn).Select((each, at) => new PublicInstalment
        {
            BookId = work.Book,
            PublicContractId = contract.PublicContractId,
            No = checked((short)(at + 1)),
            Units = each.Amount.Units,
            DueOn = each.DueOn,
        }));
        return contract.PublicContractId;
    }
}
