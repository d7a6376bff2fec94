using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Tests.Statements;

/// <summary>
/// Whatever balanced entries stand in the books, closed or not, the control equations of all statements hold: a thousand ledgers under
/// each standard, made up entry by entry here and added up here, apart from the program's own adding up.
/// </summary>
public sealed class ControlEquationTests
{
    [Theory]
    [InlineData("cn-npo-2004")]
    [InlineData("cn-npo-2026")]
    public void Control_equations_hold_for_a_thousand_random_ledgers(string standard)
    {
        IReadOnlyList<StatementLayout> forms = StatementLayouts.Shipped(standard);
        FormAccounts accounts = FormAccounts.Of(Standards.Find(standard)!);
        int moving = 0;
        for (int seed = 1; seed <= 1000; seed++)
        {
            RandomBook book = new(Standards.Find(standard)!, seed);
            Reckoning reckoning = new(forms, book.Cells(), accounts);
            foreach (StatementLayout form in forms.Where(form => !form.ReadsLines))
            {
                foreach (FormControl control in form.Controls)
                {
                    bool inEach = control.Left.Terms.Concat(control.Right.Terms).Any(term => term is { Column: null, Measure: null });
                    foreach (FormColumn? column in inEach ? form.Columns.Cast<FormColumn?>() : [null])
                    {
                        long left = reckoning.Sum(form, control.Left, column);
                        left.ShouldBe(reckoning.Sum(form, control.Right, column), $"{form.Key}: {control.Name.En} ({column?.Key}), seed {seed}");
                        moving += left == 0 ? 0 : 1;
                    }
                }
            }
        }

        moving.ShouldBeGreaterThan(20_000, "the ledgers had too little in them");
    }

    [Fact]
    public void A_line_that_no_row_counts_breaks_a_control()
    {
        IReadOnlyList<StatementLayout> forms = StatementLayouts.Shipped("cn-npo-2004");
        StatementLayout sheet = forms.Single(form => form.Key == "balance-sheet");
        FormAccount stray = new("stray", null, AccountClass.Asset, AccountRole.None, Side.Debit);
        FormAccounts accounts = new([.. Standards.Find("cn-npo-2004")!.Accounts.Select(account =>
            new FormAccount(account.Key, account.ParentKey, account.Class, account.Role, account.NormalSide)), stray]);
        Reckoning reckoning = new(forms, [new CubeCell(1, 0, "", "", "ordinary", "", 0, 500, 500, 0, 0, 0, 0, 0).Named(stray, "F00")], accounts);
        FormControl all = sheet.Controls[2];
        reckoning.Sum(sheet, all.Left, sheet.Columns[1]).ShouldBe(0);
        reckoning.Sum(sheet, all.Right, sheet.Columns[1]).ShouldBe(500);
    }
}
