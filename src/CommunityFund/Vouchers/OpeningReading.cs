using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>Rows of the workbook on their way to an opening voucher; what does not fit is kept with its cell.</summary>
internal sealed class OpeningReading(Chart chart, IReadOnlyList<Fund> funds)
{
    private static readonly string[] Persons = ["个人", "Person"];

    private readonly List<OpeningRow> _rows = [];
    private readonly List<OpeningLine> _lines = [];
    private readonly List<OpeningFinding> _findings = [];
    private readonly Dictionary<string, Amount> _statements = [];
    private readonly HashSet<OpeningRow> _seen = [];
    private readonly Dictionary<int, Fund> _byId = funds.ToDictionary(fund => fund.FundId);

    public void Read(OpeningCells row)
    {
        if (row.Sheet == OpeningSheets.Statements)
        {
            Statement(row);
        }
        else if (row.Sheet == OpeningSheets.Agency)
        {
            Agency(row);
        }
        else
        {
            Balance(row);
        }
    }

    public OpeningChecked Checked(string body, LocalDate day)
    {
        if (_rows.Count == 0 && _findings.Count == 0)
        {
            Find("", "", CheckOpening.Empty);
        }

        OpeningFund[] sums =
        [
            .. _rows.GroupBy(row => row.Fund).OrderBy(group => _byId[group.Key].Code, StringComparer.Ordinal)
                .Select(group => new OpeningFund(
                    Named(_byId[group.Key]), Sum(group.Where(row => row.Side == Side.Debit)),
                    Sum(group.Where(row => row.Side == Side.Credit)))),
        ];
        foreach (OpeningFund fund in sums.Where(fund => !fund.Difference.IsZero))
        {
            Find("", "", CheckOpening.FundUnequal, ("fund", fund.Fund), ("debit", fund.Debit), ("credit", fund.Credit),
                ("difference", fund.Difference));
        }

        OpeningBank[] banks =
        [
            .. chart.Accounts.Where(account => account.TakesLines && OpeningTemplate.IsBank(account)).Select(account => new OpeningBank(
                OpeningTemplate.Named(account), Net(account.Account.Key), _statements.GetValueOrDefault(account.Account.Key)))
                .Where(bank => bank.Statement is not null || !bank.Booked.IsZero),
        ];
        foreach (OpeningBank bank in banks.Where(bank => bank.Statement is null || bank.Statement != bank.Booked))
        {
            _findings.Add(new OpeningFinding("", "", bank.Statement is { } said
                ? Refusal(CheckOpening.BankDiffers, ("account", bank.Account), ("statement", said), ("booked", bank.Booked),
                    ("difference", said - bank.Booked))
                : Refusal(CheckOpening.NoStatement, ("account", bank.Account)), Blocks: false));
        }

        return new OpeningChecked(body, day, _rows, _lines, _findings, sums, banks);
    }

    private void Statement(OpeningCells row)
    {
        if (row[OpeningColumn.Amount].Length == 0)
        {
            return; // its account is filled in beforehand
        }

        ChartAccount? account = Account(row);
        Amount? said = Amount(row, OpeningColumn.Amount);
        if (account is not null && !OpeningTemplate.IsBank(account))
        {
            Find(row.SheetName, row.CellOf(OpeningColumn.Account), CheckOpening.NotBank, ("account", account.Name));
        }
        else if (account is not null && said is not null)
        {
            _statements[account.Account.Key] = said;
        }
    }

    private void Balance(OpeningCells row)
    {
        bool isLot = row.Sheet == OpeningSheets.Lots;
        Fund? fund = Try(row, OpeningColumn.Fund, () => funds.FirstOrDefault(fund => row[OpeningColumn.Fund] == fund.Code
            || row[OpeningColumn.Fund] == fund.Name || row[OpeningColumn.Fund] == Named(fund))
            ?? throw new RefusedException(Work.UnknownFund, ("typed", row[OpeningColumn.Fund])));
        ChartAccount? account = isLot ? chart.Find(Ledger.Account.Keys.RestrictedNetAssets) : Account(row);
        if (account is not null && row.Sheet == OpeningSheets.Banks && !OpeningTemplate.IsBank(account))
        {
            Find(row.SheetName, row.CellOf(OpeningColumn.Account), CheckOpening.NotBank, ("account", account.Name));
            return;
        }

        (Side Side, Amount Amount)? side = row.Sheet == OpeningSheets.Banks ? One(row, Side.Debit)
            : isLot ? One(row, Side.Credit) : Either(row);
        if (row.Sheet == OpeningSheets.Parties && row[OpeningColumn.Party].Length == 0)
        {
            Find(row.SheetName, row.CellOf(OpeningColumn.Party), CheckOpening.NameMissing);
            return;
        }

        if (fund is not null && account is not null && side is { } found
            && Try(row, OpeningColumn.Fund, () => WrittenLine.Fund(_byId, fund.FundId, account, row.Row)) is not null)
        {
            Add(row, fund, account, found.Side, found.Amount);
        }
    }

    /// <summary>What is held and for whom: the asset and the duty to hand it over, both by that name.</summary>
    private void Agency(OpeningCells row)
    {
        ChartAccount? asset = Account(row);
        (Side, Amount Amount)? amount = One(row, Side.Debit);
        if (row[OpeningColumn.Party].Length == 0)
        {
            Find(row.SheetName, row.CellOf(OpeningColumn.Party), CheckOpening.NameMissing);
            return;
        }

        Fund agency = funds.First(fund => fund.Kind == FundKind.Agency);
        if (asset is not null && amount is { } found
            && Try(row, OpeningColumn.Account, () => WrittenLine.Fund(_byId, agency.FundId, asset, row.Row)) is not null)
        {
            Add(row, agency, asset, Side.Debit, found.Amount);
            Add(row, agency, chart.Find("agency-liabilities")!, Side.Credit, found.Amount);
        }
    }

    private void Add(OpeningCells cells, Fund fund, ChartAccount account, Side side, Amount amount)
    {
        PersonKind kind = Persons.Contains(cells[OpeningColumn.PartyKind]) ? PersonKind.Person : PersonKind.Organisation;
        OpeningRow row = new(account.Account.Key, fund.FundId, side, amount, cells[OpeningColumn.Party], kind, cells[OpeningColumn.Clause]);
        if (!_seen.Add(row with { Amount = Ledger.Amount.Fen(0), Side = Side.Debit }))
        {
            Find(cells.SheetName, cells.CellOf(OpeningColumn.Account), EnterOpening.Twice, ("account", account.Name),
                ("fund", fund.Name), ("line", cells.Row));
            return;
        }

        _rows.Add(row);
        _lines.Add(new OpeningLine(
            cells.SheetName, cells.Row, Named(fund), OpeningTemplate.Named(account), side, amount, row.Party, row.Clause));
    }

    private ChartAccount? Account(OpeningCells row) => Try(row, OpeningColumn.Account, () =>
    {
        ChartAccount account = WrittenLine.Account(chart, chart.Typed(row[OpeningColumn.Account]).Account.Key, row.Row);
        return account.Account.Class is AccountClass.Income or AccountClass.Expense
            ? throw new RefusedException(EnterOpening.NotBalanceSheet, ("account", account.Name), ("line", row.Row)) : account;
    });

    private (Side Side, Amount Amount)? Either(OpeningCells row)
    {
        Amount? debit = Amount(row, OpeningColumn.Debit), credit = Amount(row, OpeningColumn.Credit);
        switch (debit, credit)
        {
            case ({ IsPositive: true }, null or { IsZero: true }):
                return (Side.Debit, debit);
            case (null or { IsZero: true }, { IsPositive: true }):
                return (Side.Credit, credit);
            default:
                Find(row.SheetName, row.CellOf(OpeningColumn.Debit), CheckOpening.OneSide);
                return null;
        }
    }

    private (Side Side, Amount Amount)? One(OpeningCells row, Side side)
    {
        Amount? amount = Amount(row, OpeningColumn.Amount);
        if (amount is { IsPositive: true })
        {
            return (side, amount);
        }

        Find(row.SheetName, row.CellOf(OpeningColumn.Amount), CheckOpening.OneSide);
        return null;
    }

    private Amount? Amount(OpeningCells row, OpeningColumn column) =>
        row[column].Length == 0 ? null : Try(row, column, () => AmountText.Read(row[column]));

    private T? Try<T>(OpeningCells row, OpeningColumn column, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (RefusedException no)
        {
            _findings.Add(new OpeningFinding(row.SheetName, row.CellOf(column), no.Refusal, Blocks: true));
            return null;
        }
    }

    private void Find(string sheet, string cell, string code, params (string, object?)[] facts) =>
        _findings.Add(new OpeningFinding(sheet, cell, Refusal(code, facts), Blocks: true));

    private static Refusal Refusal(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));

    private Amount Net(string key) => Sum(_rows.Where(row => row.Account == key && row.Side == Side.Debit))
        - Sum(_rows.Where(row => row.Account == key && row.Side == Side.Credit));

    private static Amount Sum(IEnumerable<OpeningRow> rows) => rows.Aggregate(Ledger.Amount.Fen(0), (sum, row) => sum + row.Amount);

    private static string Named(Fund fund) => $"{fund.Code} {fund.Name}";
}
