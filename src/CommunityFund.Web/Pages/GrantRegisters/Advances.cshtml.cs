using CommunityFund.Grants.Registers;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.GrantRegisters;

/// <summary>Advances that are not accounted for, the oldest first, with their sums by age.</summary>
public sealed class AdvancesModel : GrantRegisterPage
{
    [BindProperty(SupportsGet = true, Name = "age")]
    public AdvanceAge? Age { get; set; }

    public AdvanceFigures? Sums { get; private set; }

    public override bool HasDay => true;

    public override (string Name, string Label, string? Chosen, IReadOnlyList<(string Value, string Text)> Values)? Own => ("age",
        W["grantreg.late"], Age?.ToString(), [.. Enum.GetValues<AdvanceAge>().Select(age => ($"{age}", W.Show(age)))]);

    protected override async Task<ShownRegister> Ask(RegisterFilter filter, bool takes)
    {
        AdvanceRegisterView view = await Answer(new AdvanceRegister(filter, Age), takes);
        Sums = view.Sums;
        return new ShownRegister(view.Head, RegisterTable.Of(view, Age, W), view.Total);
    }
}
