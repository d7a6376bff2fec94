using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.ChangeOver;

/// <summary>Answers become lines: a part moves between two accounts of a fund, a recognition stands against net assets, and what is
/// merged moves whole without being asked.</summary>
internal static class ConversionEntry
{
    /// <summary>The table has no such question about the account.</summary>
    public const string UnknownQuestion = "change-over.unknown-question";

    /// <summary>More would leave an account than it has in the fund.</summary>
    public const string MoreThanThereIs = "change-over.more-than-there-is";

    /// <summary>Nominal amounts are one yuan a piece.</summary>
    public const string NominalWholes = "change-over.nominal-wholes";

    /// <summary>Nothing was answered and nothing is merged.</summary>
    public const string NothingToDo = "change-over.nothing-to-do";

    private const string Narrative = "新旧会计制度衔接";

    public static async Task<JournalEntry> Of(
        Work work, LocalDate day, StandardMapping mapping, IReadOnlyList<ConversionAnswer> answers, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        EntryDraft draft = JournalEntry.On(day, $"{Narrative}（{mapping.Source}）");
        string[] merged = [.. mapping.Accounts.Where(row => row.Kind == MappingKind.Merged).Select(row => row.Old.Key)];
        string[] split = [.. mapping.Accounts.Where(row => row.Kind == MappingKind.Split).Select(row => row.Old.Key)];
        List<ConversionBalance> balances = await ConversionBalance.Of(work, [.. merged, .. split], day, ct);
        bool isEmpty = answers.Count == 0;
        foreach (ConversionBalance whole in balances.Where(row => merged.Contains(row.StandardKey)))
        {
            string to = mapping.Accounts.First(row => row.Old.Key == whole.StandardKey).New!.Key;
            Move(draft, chart[whole.Key], chart.Part(to).Account, (await work.FundById(whole.FundId, ct)).Code, whole.Units,
                new Tags(Narrative: $"{Narrative}：并入新科目"));
            isEmpty = false;
        }

        if (isEmpty)
        {
            throw new RefusedException(NothingToDo);
        }

        Dictionary<(string Account, int Fund), long> left =
            balances.ToDictionary(row => (row.Key, row.FundId), row => row.Units);
        foreach (ConversionAnswer answer in answers)
        {
            Fund fund = await work.FundById(answer.Fund, ct);
            if (mapping.Parts.FirstOrDefault(pair => pair.Part.Key == answer.Question) is { Part: not null } asked)
            {
                Split(draft, chart, asked.Account, asked.Part, answer, fund, left);
            }
            else
            {
                Recognise(draft, chart, mapping.Recognitions.FirstOrDefault(row => row.Key == answer.Question)
                    ?? throw new RefusedException(UnknownQuestion, ("typed", answer.Question)), answer, fund);
            }
        }

        return draft.Balanced();
    }

    private static void Split(EntryDraft draft, Chart chart, MappedAccount asked, MappedPart part, ConversionAnswer answer, Fund fund,
        Dictionary<(string Account, int Fund), long> left)
    {
        bool isBelow = answer.Account.StartsWith($"{asked.Old.Key}.", StringComparison.Ordinal);
        ChartAccount account = (answer.Account == asked.Old.Key || isBelow ? chart.Find(answer.Account) : null)
            ?? throw new RefusedException(UnknownQuestion, ("typed", $"{answer.Question} {answer.Account}"));
        bool isDebited = part.DebitKey == asked.Old.Key;
        long balance = left.GetValueOrDefault((answer.Account, fund.FundId)), size = Math.Abs(balance);
        bool leaves = isDebited != (account.Account.NormalSide == Side.Debit);
        if (leaves && (answer.Amount.Units > size || balance > 0 == isDebited))
        {
            throw new RefusedException(MoreThanThereIs, ("account", $"{account.Code} {account.Name}"), ("fund", fund.Name),
                ("asked", answer.Amount), ("balance", Amount.Fen(size)));
        }

        left[(answer.Account, fund.FundId)] = balance + (isDebited ? answer.Amount.Units : -answer.Amount.Units);
        Account debit = isDebited ? account.Account : chart.Part(part.DebitKey).Account,
            credit = isDebited ? chart.Part(part.CreditKey).Account : account.Account;
        Tags tags = new(Narrative: Said(part.Zh, answer));
        draft.Debit(debit, fund.Code, answer.Amount, tags).Credit(credit, fund.Code, answer.Amount, tags);
    }

    private static void Recognise(EntryDraft draft, Chart chart, FirstRecognition what, ConversionAnswer answer, Fund fund)
    {
        if (what.IsNominal && answer.Amount.Units % 100 != 0)
        {
            throw new RefusedException(NominalWholes, ("amount", answer.Amount));
        }

        Restriction restriction = answer.Restriction ?? fund.DefaultRestriction;
        string words = Said(what.Zh, answer);
        Account item = chart.Part(what.AccountKey).Account, netAssets = chart[restriction == Restriction.Restricted
            ? Account.Keys.RestrictedNetAssets : Account.Keys.UnrestrictedNetAssets];
        Tags own = new(Narrative: words), why = new(restriction, Movement: MovementKind.Conversion, Narrative: words);
        _ = what.Side == Side.Debit
            ? draft.Debit(item, fund.Code, answer.Amount, own).Credit(netAssets, fund.Code, answer.Amount, why)
            : draft.Debit(netAssets, fund.Code, answer.Amount, why).Credit(item, fund.Code, answer.Amount, own);
    }

    private static void Move(EntryDraft draft, Account from, Account to, string fund, long units, Tags tags)
    {
        Amount amount = Amount.Fen(Math.Abs(units));
        _ = units > 0
            ? draft.Debit(to, fund, amount, tags).Credit(from, fund, amount, tags)
            : draft.Debit(from, fund, amount, tags).Credit(to, fund, amount, tags);
    }

    private static string Said(string question, ConversionAnswer answer) => PlainText.Of(answer.Words) switch
    {
        { Length: 0 } => $"{Narrative}：{question}",
        var words => $"{Narrative}：{words}",
    };
}
