using CommunityFund.Grants.Registers;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.GrantRegisters;

/// <summary>Advances by age, for every person or project.</summary>
public sealed class AgeingModel : GrantRegisterPage
{
    [BindProperty(SupportsGet = true, Name = "by")]
    public AgeingBy By { get; set; }

    public override bool HasDay => true;

    public override (string Name, string Label, string? Chosen, IReadOnlyList<(string Value, string Text)> Values)? Own => ("by",
        W["grantregs.by"], By == AgeingBy.Person ? "" : $"{By}", [($"{AgeingBy.Project}", W.Show(AgeingBy.Project))]);

    protected override async Task<ShownRegister> Ask(RegisterFilter filter, bool takes)
    {
        AdvanceAgeingView view = await Answer(new AdvanceAgeing(filter, By), takes);
        return new ShownRegister(view.Head, RegisterTable.Of(view, W), view.Total);
    }
}
